"""Opens the chat page over the ``corpus`` folder beside this file: ``python app.py``.

Takes the options of ``t2vqa chat``; settings name other folders.
"""

import sys
from pathlib import Path

from t2vqa.cli import main

if __name__ == "__main__":
    main(["chat", *sys.argv[1:]], home=Path(__file__).resolve().parent)
