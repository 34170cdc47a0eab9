"""Words and letter groups by which personal names are brought to one form.

Sources: the rules of writing names on lists (titles, degrees, abbreviations, old spelling, sound
classes) as collected in the domain notes on lists and identity, section 4. All entries are upper
case without dots.
"""

from __future__ import annotations

#: Dropped wherever they stand, because they are never the only word of a name.
TITLES = (
    "H HJ HI KH HAJI HAJAH HAJJAH DR DRG DRS DRA DRH IR PROF TGK DT ALM ALMH ALMARHUM ALMARHUMAH "
    "BRIPKA BRIPTU BRIGADIR IPDA IPTU AKP KOMPOL SERKA SERMA SERDA SERTU KOPDA PRATU PRAKA KAPTEN "
    "LETDA LETTU MAYOR BAPAK IBU SDR SDRI TN NY NN PDT UST USTADZ USTAZ USTADZAH MR MRS MS MISS"
).split()

#: Degrees; dropped at the end of a name and after a comma.
DEGREES = (
    "SE SH ST MM MH MT MA BA BE BSC SPD SPDI SPDSD SAG SSOS SSOSI SKOM SKEP SKM SIP SSI SPSI SPT "
    "SP STP SHUT SFARM SFIL SHI STHI SEI SSN SST SSTP STR STRKEP STRKEB SIKOM SARS SPAR SPI SKED "
    "SKG MSI MPD MPDI MKOM MKES MHUM MAG MAP MBA MSC MSOS MIP MENG MKN MTH MAK AMD AMDKEB AMDKEP "
    "AMK AMKEB AMP AKT AK CA CPA PHD NS NERS APT SKEB BBA AMKL AMKG SPOG SPA SPB SPPD SSY SPDK SUD "
    "LC MED"
).split()

#: Degrees written in two parts, ``S.Pd`` → ``S PD``: first part and what may follow.
DEGREE_HEADS = ("S", "M", "A", "B")
DEGREE_TAILS = (
    "PD PDI AG SOS KOM KEP KM IP SI PSI PT FARM HUM FIL HI THI EI SN ST STP TR IKOM ARS PAR KED KG "
    "KES AP SC BA ENG KN AK MD KEB KL E H T M TH HUT"
).split()

#: Written as the first of several words → in full.
FIRST_WORDS = {
    **dict.fromkeys("M MHD MD MUH MUHD MOH MOHD MOKH MUKH MUHAMAD MUH'D".split(), "MUHAMMAD"),
    **dict.fromkeys("ST STI SITTI".split(), "SITI"),
}

#: Written anywhere → in full; names that are certainly the same word.
ANY_WORDS = {
    **dict.fromkeys(
        "MHD MUH MUHD MOH MOHD MOKH MUKH MUHAMAD MOHAMAD MOHAMMAD MUHAMED MUHAMMED MOHAMED "
        "MOHAMMED MUKHAMAD MUKHAMMAD MOKHAMAD MOKHAMMAD MUHAMMMAD".split(),
        "MUHAMMAD",
    ),
    **dict.fromkeys("ABD ABDL".split(), "ABDUL"),
    **dict.fromkeys("AKHMAD AHMD AKHMD".split(), "AHMAD"),
    **dict.fromkeys("SITTI".split(), "SITI"),
}

#: What stands between a name and the father's name.
FATHER_MARKS = ("BIN", "BINTI", "BINTE", "BTE")

#: Spelling before 1972, applied in this order so that no rule makes work for one before it.
OLD_SPELLING = (("D+J", "J"), ("TJ", "C"), ("NJ", "NY"), ("SJ", "SY"), ("CH", "KH"), ("OE", "U"))

#: Letters that sound alike; first step of the consonant skeleton.
SOUNDS = {
    "KH": "H", "SY": "S", "SH": "S", "TH": "T", "DH": "D", "BH": "B", "GH": "G", "PH": "F",
    "CK": "K", "NY": "N",
    **{2 * letter: letter for letter in "ABCDEFGHIKLMNOPRSTUWYZ"},
}  # fmt: skip

#: One letter for a class of sounds; vowels and Y vanish; second step of the skeleton.
CLASSES = {
    **dict.fromkeys("AEIOUY", ""),
    "V": "F", "P": "F", "Z": "S", "J": "S", "Q": "K", "X": "KS",
}  # fmt: skip
