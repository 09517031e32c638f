"""Holds linked data against the vocabularies that it uses: every class and property is defined, ranges are kept."""

from __future__ import annotations

from collections.abc import Mapping
from warnings import catch_warnings, simplefilter

from rdflib import RDF, BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import SDO
from rdflib.term import Node

SCHEMA, FAIR4ML = "http://schema.org/", "https://w3id.org/fair4ml#"
CROISSANT = {"http://mlcommons.org/croissant/Dataset", "http://mlcommons.org/croissant/FileObject"}
TERMS = Namespace("http://purl.org/dc/terms/")
CLASSES = {"MLModel", "MLModelEvaluation"}
TEXT, MODEL, DATA = "text", FAIR4ML + "MLModel", SCHEMA + "Dataset"
RANGES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("intendedUse", "mlTask", "modelCategory", "legal", "ethicalSocial", "hasCO2eEmissions"), (TEXT,)),
    **dict.fromkeys(
        ("modelRisksBiasLimitations", "usageInstructions", "codeSampleSnippet", "evaluationMetrics"), (TEXT,)
    ),
    "evaluatedOn": (DATA,),
    "hasEvaluation": (FAIR4ML + "MLModelEvaluation",),
    "fineTunedFrom": (MODEL,),
    "sharedBy": (SCHEMA + "Person", SCHEMA + "Organization"),
    "testedOn": (DATA,),
    "trainedOn": (DATA,),
    "validatedOn": (DATA,),
    "evaluatedMLModel": (MODEL,),
    "evaluationDataset": (DATA,),
    "evaluationResults": (TEXT, SCHEMA + "PropertyValue"),
}
"""FAIR4ML 0.1.0: its properties and what each leads to."""


def problems(document: str) -> list[str]:
    """What is wrong with a JSON-LD document; nothing where it is valid."""
    with catch_warnings():
        simplefilter("ignore", DeprecationWarning)  # rdflib's own parser uses what rdflib deprecates
        graph = Graph().parse(data=document, format="json-ld")
    if not len(graph):
        return ["it says nothing"]
    return [problem for triple in graph for problem in _of_triple(graph, *triple)]


def _of_triple(graph: Graph, subject: Node, predicate: Node, value: Node) -> list[str]:
    found = [f"{node} is no IRI" for node in (subject, value) if isinstance(node, URIRef) and not _is_iri(node)]
    if predicate == RDF.type:
        return found if _is_class(str(value)) else [*found, f"there is no class {value}"]
    name = str(predicate)
    if name.startswith(FAIR4ML):
        ranges = RANGES.get(name.removeprefix(FAIR4ML))
        if ranges is None:
            return [*found, f"FAIR4ML has no {name}"]
        kinds = {TEXT} if isinstance(value, Literal) else {str(kind) for kind in graph.objects(value, RDF.type)}
        return found if kinds & set(ranges) else [*found, f"{name} leads to {kinds}"]
    if not _is_of_schema(name) and predicate != TERMS.conformsTo:
        found.append(f"there is no property {name}")
    if isinstance(value, BNode) and not list(graph.predicate_objects(value)):
        found.append(f"{name} leads to nothing")
    return found


def _is_class(name: str) -> bool:
    return name in CROISSANT or _is_of_schema(name) or name.removeprefix(FAIR4ML) in CLASSES


def _is_of_schema(name: str) -> bool:
    """schema.org's terms, as rdflib knows them."""
    return name.startswith(SCHEMA) and URIRef(str(SDO) + name.removeprefix(SCHEMA)) in SDO


def _is_iri(name: URIRef) -> bool:
    return ":" in name and not set(name) & set(' <>"{}|\\^`')
