"""What several tests run in a page."""

from sitegen import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# What axe needs no list of is what is well, which takes it as long as to find the faults.
FAULTS = "() => axe.run({ resultTypes: ['violations'] })"
TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
# How much moves with time. What moves with scrolling doesn't count.
MOVING = "document.getAnimations().filter((each) => each.timeline === document.timeline).length"
