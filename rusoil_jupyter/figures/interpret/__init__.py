"""Figures read for whoever asks: over ``api/interpret`` and in a chat, by one core.

::

    interpreter    what is read, and when a model is asked
    seen           what a turn knows of the figures in its question, and what a model is told of them
    conversation   all that is said to a model in a turn
    process        the child processes that read, with a deadline and a bound on memory
    worker         the program that runs in one
    errands        what it is sent for and brings back; frames: how that crosses the pipe
    work           the errands done: with one figure, two (comparing), the parts of a chat (looking)
    telling        what a model is told of a figure
    source         what there is to read
    vision, video  pictures and clips, as a model that sees gets them
    unread         what is said where that fails
"""
