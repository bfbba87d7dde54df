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

SCENES = {  # where a lesson begins; its question comes right after
    "neuron": "You're the judge of a thousand scribbles, and you have only two witnesses.",
    "layers": "Two scribbles lie on the table. Children who can't read yet can tell you whether "
    "they match, and our neuron can't.",
    "mnist": "Clerks and teenagers have written 70,000 digits, and our network hasn't seen a "
    "single one.",
    "softmax": "The machine at the bank is 98% sure of that 7, so there goes your rent.",
    "activations": "A sealed box with a hundred layers is for sale. By evening, your friend has "
    "copied it, and the seal isn't even broken.",
    "tensors": "A colleague borrows our digits for the newsletter and says thank you. From then "
    "on, our judge makes more mistakes.",
    "modules": "The night shift isn't on the staff list, so nobody ever trains it. Its verdicts "
    "arrive on time, neatly stamped.",
    "build_a_network": "Twenty people whisper a sentence down the row. Nobody gets a word wrong, "
    "and the last one hears nothing.",
    "gradients": "You could try 109,386 knobs one by one, or you could complain just once.",
    "training": "Everybody cuts the ends off the roast because Grandma did. Grandma's pan was too "
    "small.",
    "optimizers": "A flea in a rain gutter leaps from wall to wall and never gets to the drain.",
    "evaluation": "She flipped ten heads in a row, and now she's explaining her breathing "
    "technique.",
    "deep_networks": "Fifty people pass a complaint along, and each of them leaves out just a "
    "tenth.",
    "diamonds": "For every dollar you're off, a dollar comes out of your wages. The price is "
    "right there, under the flap.",
    "saving_and_devices": "It's one in the morning, nobody has won the board game, and you need "
    "the table for breakfast.",
    "speed": "Marta buys a faster stove and the sharpest knife in town, and dinner still takes 57 "
    "minutes.",
    "how_far": "Ask 787 people what an ox weighs, and on average they're off by a pound.",
    "museum": "Each exhibit is a network with a bug in it, and not one of them crashes.",
    "error_messages": "It's eleven at night, and you're looking at forty lines of red.",
}

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
    "speed": "Now it's fast. Is it also good enough to match a record from 2010?",
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
    """Show where each lesson begins, what it asks and what it leaves open."""
    stops: list[str] = []
    lines: list[str] = []
    along = [lesson for lesson in course.lessons if not lesson.error]
    for lesson in along:
        scene = SCENES.get(lesson.topic, "")
        asks = f"{scene} **{ask(lesson)}**".lstrip() if lesson.question else scene
        number = "" if lesson.appendix else f"{int(lesson.number)}. "
        head = f"{number}[{lesson.title}](tutorials/{lesson.name}.ipynb)"
        part = PARTS.get(lesson.topic, "")
        left = OPEN.get(lesson.topic, "")
        lines += [f"## {part}"] * bool(part) + [f"### {head} · {lesson.reading}"]
        lines += [asks] * bool(asks) + [f"*{left}*"] * bool(left)
        heading = f"## {part} {{ .part }}\n\n" if part else ""
        words = (
            f'\n\n{heading}<div class="scene" markdown="block">\n\n### {head}\n\n'
            f'<p class="time">{lesson.reading}</p>\n\n{asks}\n\n</div>\n\n'
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
