"""The way through the course: a line from lesson to lesson, each with its picture.

It comes in two lengths, for the front page and for the page of the course. The element
`mlp-progress` marks on both what a reader has read, guessed and solved.
"""

import re
from collections.abc import Iterable

from mlp_tutorial.lessons import Lesson
from sitegen.pages.course import Course
from sitegen.pages.figures import Shown
from sitegen.pages.opening import ask
from sitegen.pages.sketches import sketch

PARTS = {  # by their first lesson
    "neuron": "One neuron, then many",
    "mnist": "Building the machine",
    "gradients": "Teaching it",
    "diamonds": "The world outside",
}

GOALS = {"training": "You've built the reader above"}  # what readers have been promised, and where

OPEN = {  # what a lesson leaves open at its end, and the next one takes up
    "neuron": "They can. But a neuron has only one answer to give. Where do we get ten?",
    "layers": "Two measurements aren't much to go on. What if the network got every pixel?",
    "mnist": "It's guessing, and yet it sounds sure. Shouldn't that cost it something?",
    "softmax": "Now we know how wrong it is. What if we leave out the sigmoids between its layers?",
    "activations": "The networks are growing. What could go wrong in there without a warning?",
    "tensors": "A network's tensors lie around loose, and one is easily lost. Who keeps the list?",
    "modules": "It learns! Does it matter which random numbers a network is born with?",
    "build_a_network": "The real network has yet to learn. Which way should each number move?",
    "gradients": "It took twenty steps. How do you take thousands without going astray?",
    "training": "A trick called momentum paid off. But what does it do, and does anything beat it?",
    "optimizers": "We picked the winner by its score. How far can you trust that score?",
    "evaluation": "It has two hidden layers, and the famous ones have dozens. Why not twenty?",
    "deep_networks": "It has only ever looked at handwriting. Could it price a diamond?",
    "diamonds": "Switch off your computer, and all it learned is gone. How do you keep it?",
    "saving_and_devices": "Now it survives a power cut. But why is it so slow?",
    "speed": "The same evening has room for so much more now. How much better could it get?",
    "how_far": "All of this ran without a hitch. If it hadn't, how would you even know?",
}


def path(course: Course) -> Shown:
    """Show the lessons in a few words: what readers can do after each, and how long it takes."""
    along = [each for each in course.lessons if not each.error and not each.appendix]
    stops, lines = [], []
    for lesson in along:
        part = PARTS.get(lesson.topic, "")
        label = f'<span class="part">{part}</span>' if part else ""
        link = f"[{int(lesson.number)}. {lesson.title}](tutorials/{lesson.name}.ipynb)"
        time = f'<small class="time">{lesson.reading}</small>'
        goal = GOALS.get(lesson.topic, "")
        reached = f' <span class="goal">{goal}</span>' if goal else ""
        said = f"{label}**{link}** <span>{_gist(lesson)}</span> {time}{reached}"
        stops.append(_stop(lesson, said, 'markdown="span"'))
        line = f"{int(lesson.number)}. **[{lesson.title}](tutorials/{lesson.name}.ipynb)** "
        lines += [f"\n{part}:\n"] * bool(part) + [f"{line}{_gist(lesson)} · *{lesson.reading}*"]
    return _trail(stops), "\n".join(lines).strip()


def lessons(course: Course) -> Shown:
    """Show what each lesson asks, teaches and leaves open; an appendix is beside the way."""
    stops: list[str] = []
    lines: list[str] = []
    along = [lesson for lesson in course.lessons if not lesson.error]
    for lesson in along:
        points = "\n".join(f"- {point}" for point in lesson.teaches)
        asks = f"**{ask(lesson)}**\n\n" * bool(lesson.question)
        number = "" if lesson.appendix else f"{int(lesson.number)}. "
        head = f"{number}[{lesson.title}](tutorials/{lesson.name}.ipynb)"
        part = PARTS.get(lesson.topic, "")
        left = OPEN.get(lesson.topic, "")
        lines += [f"## {part}"] * bool(part) + [f"### {head}", f"{asks}{lesson.takes}"]
        lines += [f"*{left}*"] * bool(left)
        heading = f"## {part} {{ .part }}\n\n" if part else ""
        timed = f'<small class="time">{lesson.reading}</small>'
        words = (
            f'\n\n{heading}<div markdown="block">\n\n### {head}\n\n{asks}'
            f'<details class="skills"{" open" * (not stops)} markdown="block"><summary>{timed} '
            "<span>What you'll be able to do</span></summary>\n\n"
            f"{points}\n\n</details>\n\n</div>\n\n"
            + f'<p class="left" markdown="span">{left}</p>\n'
            * bool(left)
        )
        stops.append(_stop(lesson, words, 'markdown="block"'))
    forget = (
        '<p class="forget">What you read, guess and solve is remembered in your browser and '
        'nowhere else. <mlp-progress data-forgets="all"></mlp-progress></p>'
    )
    made = f"{begin(course)[0]}\n\n{_trail(stops, 'words')}\n\n{forget}"
    return made, "\n\n".join(lines)


def circles(course: Course, *numbers: str) -> Shown:
    """Show some lessons in a row, each as its picture with its number, which leads there."""
    found = {int(each.number): each for each in course.lessons if not each.appendix}
    links = [
        f"[{sketch(lesson.topic)}{number}](tutorials/{lesson.name}.ipynb)"
        f'{{ aria-label="{number}. {lesson.title}" }}'
        for number, lesson in ((number, found[int(number)]) for number in numbers)
    ]
    said = f"Lesson{'s' * (len(numbers) > 1)} {', '.join(numbers)}."
    return f'<span class="circles">{"".join(links)}</span>', said


def _stop(lesson: Lesson, said: str, parsed: str) -> str:
    picture = sketch(lesson.topic)
    if lesson.appendix:
        return f'<li class="beside" {parsed}><div class="node">{picture}</div>{said}</li>'
    exercises = " ".join(task.name for task in lesson.tasks)
    return (
        f'<li class="stop" value="{int(lesson.number)}" data-lesson="{lesson.topic}" '
        f'data-questions="{len(lesson.predictions)}" data-exercises="{exercises}" {parsed}>'
        f'<div class="node">{picture}'
        '<mlp-progress class="mark"></mlp-progress></div>'
        f"{said}</li>"
    )


def begin(course: Course) -> Shown:
    """Lead to the first lesson, or to where the reader is, and say how long the course takes."""
    along = [each for each in course.lessons if not each.error and not each.appendix]
    minutes = sum(
        int(found[1]) for each in along if (found := re.search(r"(\d+) min", each.reading))
    )
    hours = f", about {round(minutes / 60)} hours of reading" if minutes else ""
    count = f"{len(along)} lesson{'s' * (len(along) != 1)}"
    link = f"[Begin with lesson 1](tutorials/{along[0].name}.ipynb)"
    buttons = "{ .md-button .md-button--primary }"
    progress = f'{link}{buttons} <span role="status">{count}{hours}</span>'
    page = f'<p class="next" markdown="span"><mlp-progress>{progress}</mlp-progress></p>'
    return page, f"{link}: {count}{hours}"


def _trail(stops: Iterable[str], kind: str = "") -> str:
    """Draw the line."""
    listed = "\n".join(stops)
    return f'<div class="trail {kind}" markdown="1">\n<ol markdown="1">\n{listed}\n</ol>\n</div>'


def _gist(lesson: Lesson) -> str:
    """Say in a few words what readers can do after a lesson: how its list of that begins."""
    gist = re.split(r"[,;.](?=\s|$)", " ".join("".join(lesson.teaches[:1]).split()))[0]
    return gist[:1].upper() + gist[1:]
