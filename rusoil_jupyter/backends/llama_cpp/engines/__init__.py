"""The programs that run in the engine process, one per engine; run by path, never imported."""
