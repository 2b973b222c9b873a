"""Makes the bundled fonts: Inter with its tabular figures as the default ones, cut down to the scripts the window needs.

    python3 bake_tabular_figures.py Inter-Regular.otf InterTabular-Regular.otf Regular

egui cannot switch OpenType features on, so the `tnum` digits take the place of the proportional ones in the character map.
Needs fonttools. Inter: https://github.com/rsms/inter, 4.0 beta 7 as packaged by Debian (fonts-inter).
"""

import sys

from fontTools import subset
from fontTools.ttLib import TTFont

FAMILY = "Inter Tabular"
RANGES = [
    (0x20, 0x7E), (0xA0, 0x24F), (0x2B0, 0x36F), (0x370, 0x3FF), (0x400, 0x52F), (0x1E00, 0x1EFF),
    (0x2000, 0x209F), (0x20A0, 0x20BF), (0x2100, 0x23FF), (0x25A0, 0x25FF), (0x2713, 0x2718),
]  # fmt: skip


def tabular_glyphs(font):
    """The glyph that `tnum` puts in the place of each."""
    table = font["GSUB"].table
    glyphs = {}
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == "tnum":
            for index in record.Feature.LookupListIndex:
                for part in table.LookupList.Lookup[index].SubTable:
                    glyphs.update(getattr(part, "ExtSubTable", part).mapping)
    return glyphs


def main(source, target, style):
    font = TTFont(source)
    tabular = tabular_glyphs(font)
    for table in font["cmap"].tables:
        for digit in map(ord, "0123456789"):
            if digit in table.cmap:
                table.cmap[digit] = tabular.get(table.cmap[digit], table.cmap[digit])

    options = subset.Options(layout_features=["kern", "mark", "mkmk", "ccmp", "locl"], name_IDs=["*"])
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
    subsetter.subset(font)

    names = {1: FAMILY, 3: f"InterTabular-{style}", 4: f"{FAMILY} {style}", 6: f"InterTabular-{style}", 16: FAMILY, 17: style}
    for name in font["name"].names:
        if name.nameID in names:
            name.string = names[name.nameID]
    font.save(target)


main(*sys.argv[1:4])
