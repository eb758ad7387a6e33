"""What applicants build and what clerks type, with the characters that break naive readers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

PURPOSES: Mapping[str, Sequence[str]] = {
    "DP": (
        "Pose d’une clôture et d’un portail",
        "Ravalement de façade ; reprise des volets",
        "Création d'une véranda de 18 m²",
        "Pose de 12 panneaux photovoltaïques (coût estimé : 9 800 €)",
        "Abri de jardin",
        "Remplacement des menuiseries, façade cœur d’îlot",
        'Changement de devanture, enseigne "Au Bon Œuf"',
        "Ouverture de deux fenêtres de toit",
        "Piscine enterrée 8 x 4 m",
    ),
    "PC": (
        "Maison individuelle avec garage",
        "Surélévation d’un pavillon",
        "Immeuble de 14 logements ; 2 commerces en rez-de-chaussée",
        "Extension d'une maison de 45 m²\nToiture-terrasse végétalisée",
        "Gros œuvre : transformation d’un atelier en habitation",
    ),
    "PD": ("Démolition d’un hangar", "Démolition totale d'un pavillon et de son annexe"),
    "CU": ("Certificat d’urbanisme d’information", "Certificat d'urbanisme opérationnel, lot à bâtir"),
}

STREETS: Sequence[str] = (
    "rue du Général Leclerc",
    "avenue Victor Cresson",
    "rue Ernest Renan",
    "boulevard Gallieni",
    "rue de l’Abbé Grégoire",
    "allée des Peupliers",
    "rue du Clos-Fleuri",
    "sentier des Épinettes",
    "place de l'Hôtel-de-Ville",
)

COMPANIES: Sequence[str] = (
    "SCI DU VIEUX CHÊNE",
    "SARL TOITURES DE L’OUEST",
    "SA D'HLM CŒUR DE SEINE",
    "SNC LES TERRASSES",
    "ASSOCIATION SYNDICALE DES ÉPINETTES",
    "SAS MÉTROPOLE HABITAT",
)

MISSING: Sequence[str] = (
    "Notice descriptive ; insertion graphique",
    "Plan de masse coté dans les trois dimensions",
    "Notice matériaux\nPhotographie proche",
    "Attestation RT 2012 ; coût des travaux en €",
)

REMARKS: Mapping[str, Sequence[str]] = {
    "RECEP": ("", "Reçu au guichet"),
    "INST": ("", "", "Attribué à l’instructeur n° 3"),
    "CONSULT": ("Avis ABF demandé", "Avis ENEDIS ; avis SDIS"),
    "INC": ("Dossier incomplet\nvoir pièces manquantes",),
    "INCNOT": ("Lettre RAR envoyée ; délai de 3 mois",),
    "REF": ("Art. UB 11 – insertion dans le site",),
    "OPP": ("Hauteur de clôture > 2 m ; art. UD 11",),
    "ACCPRES": ("Prescriptions de l’ABF : tuile plate, mise en œuvre à l’ancienne",),
}

# The family-name file of the State has no accents; agents often put them back.
ACCENTED: Mapping[str, str] = {
    "LEFEVRE": "LEFÈVRE",
    "LEVEQUE": "LÉVÊQUE",
    "BENARD": "BÉNARD",
    "GERARD": "GÉRARD",
    "ANDRE": "ANDRÉ",
    "REMY": "RÉMY",
    "NOEL": "NOËL",
    "HERVE": "HERVÉ",
    "PREVOST": "PRÉVOST",
    "JEROME": "JÉRÔME",
    "BEGUE": "BÈGUE",
}
