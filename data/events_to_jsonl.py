#!/usr/bin/env python3
"""Dated political events, one a line, as lines that `relata import` reads.

    python3 data/events_to_jsonl.py events.tsv | relata import - --data DIR

Each line of the input has four columns between tabs, without a header, as ICEWS gives them:

    Police (India)<TAB>Arrest, detain, or charge with legal action<TAB>Citizen (India)<TAB>2018-08-29

Each becomes a relationship INTERACTS_WITH from the first actor to the second, with the property
`action`, valid on that one day. The same event on the same day is the same relationship, so the
file can be imported again. Actors become entities, whose id is their type and their name, as
`group:police-india`. The types are guessed, by the first rule that fits:

    Group         a name with a country or organization in parentheses: Police (India)
    Country       a name in COUNTRIES below
    Organization  a name with a word such as Party or Ministry, or of a single word
    Person        any other name
"""

import json
import re
import sys
import unicodedata

COUNTRIES = set("""\
Afghanistan|Albania|Algeria|Andorra|Angola|Antigua and Barbuda|Argentina|Armenia|Australia|Austria|
Azerbaijan|Bahamas|Bahrain|Bangladesh|Barbados|Belarus|Belgium|Belize|Benin|Bhutan|Bolivia|
Bosnia and Herzegovina|Botswana|Brazil|Brunei|Bulgaria|Burkina Faso|Burundi|Cambodia|Cameroon|Canada|
Cape Verde|Central African Republic|Chad|Chile|China|Colombia|Comoros|Congo|Costa Rica|
Côte d'Ivoire|Ivory Coast|Croatia|Cuba|Cyprus|Czech Republic|Democratic Republic of Congo|Denmark|
Djibouti|Dominica|Dominican Republic|Timor-Leste|East Timor|Ecuador|Egypt|El Salvador|
Equatorial Guinea|Eritrea|Estonia|Eswatini|Swaziland|Ethiopia|Fiji|Finland|France|Gabon|Gambia|
Georgia|Germany|Ghana|Greece|Grenada|Guatemala|Guinea|Guinea-Bissau|Guyana|Haiti|
Holy See (Vatican City State)|Honduras|Hong Kong|Hungary|Iceland|India|Indonesia|Iran|Iraq|Ireland|
Israel|Italy|Jamaica|Japan|Jordan|Kazakhstan|Kenya|Kiribati|Kosovo|Kuwait|Kyrgyzstan|Laos|Latvia|
Lebanon|Lesotho|Liberia|Libya|Liechtenstein|Lithuania|Luxembourg|Macao|Macedonia|Madagascar|Malawi|
Malaysia|Maldives|Mali|Malta|Marshall Islands|Mauritania|Mauritius|Mexico|Micronesia|Moldova|Monaco|
Mongolia|Montenegro|Morocco|Mozambique|Myanmar|Namibia|Nauru|Nepal|Netherlands|New Zealand|
Nicaragua|Niger|Nigeria|North Korea|North Macedonia|Norway|Oman|Pakistan|Palau|
Palestinian Territory, Occupied|Panama|Papua New Guinea|Paraguay|Peru|Philippines|Poland|Portugal|
Qatar|Romania|Russia|Rwanda|Saint Kitts and Nevis|Saint Lucia|Saint Vincent and the Grenadines|
Samoa|San Marino|Sao Tome and Principe|Saudi Arabia|Senegal|Serbia|Seychelles|Sierra Leone|
Singapore|Slovakia|Slovenia|Solomon Islands|Somalia|South Africa|South Korea|South Sudan|Spain|
Sri Lanka|Sudan|Suriname|Sweden|Switzerland|Syria|Taiwan|Tajikistan|Tanzania|Thailand|Togo|Tonga|
Trinidad and Tobago|Tunisia|Turkey|Turkmenistan|Tuvalu|Uganda|Ukraine|United Arab Emirates|
United Kingdom|United States|Uruguay|Uzbekistan|Vanuatu|Venezuela|Vietnam|Yemen|Zambia|Zimbabwe\
""".replace("\n", "").split("|"))

ORGANIZATION = re.compile(
    r"""\b(Academy|Administration|Agency|Airlines?|Alliance|Army|Assembly|Association|Authority|
    Bank|Board|Brigades?|Bureau|Chamber|Church|Club|Coalition|Command|Commission|Committee|Community|
    Company|Conference|Confederation|Congress|Corporation|Council|Court|Department|Directorate|
    Federation|Fleet|Force|Forces|Foundation|Front|Fund|Government|Group|Guard|House|Institute|
    League|Mafia|Media|Militia|Ministry|Mission|Movement|Nations|Navy|News|Office|Organi[sz]ation|
    Parliament|Party|Police|Press|Radio|Regime|Republic|Security|Senate|Service|Services|Society|
    State|Television|Times|Tribunal|Union|University)\b""",
    re.VERBOSE,
)


def kind(name):
    if name in COUNTRIES:
        return "Country"
    if name.endswith(")"):
        return "Group"
    if ORGANIZATION.search(name) or " " not in name:
        return "Organization"
    return "Person"


def slug(name):
    """`name` in lower-case letters and digits of ASCII, with hyphens between."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or name


def main(path):
    ids, taken = {}, {}

    def write(line):
        print(json.dumps(line, ensure_ascii=False, separators=(",", ":")))

    def actor(name):
        """The id of the actor, whose line is written when its name comes first."""
        if name not in ids:
            what = kind(name)
            base = f"{what.lower()}:{slug(name)}"
            taken[base] = taken.get(base, 0) + 1
            # Two names may have one slug: the second gets a number.
            ids[name] = base if taken[base] == 1 else f"{base}-{taken[base]}"
            write({"kind": "entity", "id": ids[name], "type": what, "name": name})
        return ids[name]

    with open(path, encoding="utf-8") if path != "-" else sys.stdin as rows:
        for number, row in enumerate(rows, 1):
            columns = row.rstrip("\r\n").split("\t")
            if len(columns) != 4:
                sys.exit(f"{path}:{number}: {len(columns)} columns, where 4 are needed")
            source, action, target, date = columns
            write({
                "kind": "relationship", "type": "INTERACTS_WITH",
                "source": actor(source), "target": actor(target),
                "validFrom": date, "validTo": date, "properties": {"action": action},
            })


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
