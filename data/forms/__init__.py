"""Workbooks that go out to the offices: blank forms and copies with the findings marked."""
