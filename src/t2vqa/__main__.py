"""Lets ``python -m t2vqa`` do what ``t2vqa`` does."""

from t2vqa.cli import main

if __name__ == "__main__":
    main()
