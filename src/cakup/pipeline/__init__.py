"""The use cases, one verb per file: ``run(request, workspace, progress) -> result``."""
