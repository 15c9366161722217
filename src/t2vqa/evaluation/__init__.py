"""Question sets asked and measured: retrieval, answers, citations, refusals and time."""

from t2vqa.evaluation.folder import evaluate_folder
from t2vqa.evaluation.questions import Question, QuestionSet, load_questions
from t2vqa.evaluation.report import as_json, as_table, figures_by_type
from t2vqa.evaluation.runner import Brevity, EvaluationReport, Outcome, evaluate

__all__ = [
    "Brevity",
    "EvaluationReport",
    "Outcome",
    "Question",
    "QuestionSet",
    "as_json",
    "as_table",
    "evaluate",
    "evaluate_folder",
    "figures_by_type",
    "load_questions",
]
