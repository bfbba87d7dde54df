"""What several tests run in a page."""

from sitegen import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# What axe needs no list of is what is well, which takes it as long as to find the faults.
FAULTS = "(rules) => axe.run({ resultTypes: ['violations'], ...(rules && { runOnly: rules }) })"
# Only these rules look at colors; the others find the same in both schemes.
COLORS = ["color-contrast", "link-in-text-block"]
TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
# Material lets the keyboard reach a block of code when it notices that the block scrolls.
REACHABLE = """() => [...document.querySelectorAll("pre > code")].every(
    (code) => !code.checkVisibility() || code.scrollWidth <= code.clientWidth || code.tabIndex === 0)"""
# How much moves with time. What moves with scrolling doesn't count.
MOVING = "document.getAnimations().filter((each) => each.timeline === document.timeline).length"
