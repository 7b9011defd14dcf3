"""The built site: every link leads somewhere, nothing comes from another host, and page text stays text."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from runcomfy_codegen.app import Output, run_regenerate
from runcomfy_codegen.reporting import Reporter
from runcomfy_codegen.site.build import build_site
from runcomfy_codegen.write import Mode
from support.command import REPOSITORY
from support.site import SITE_URL
from support.snippets import prose

DOCS = REPOSITORY / "generated" / "docs"
FETCHED = {"src", "srcset", "data", "poster", "background", "action", "formaction", "xlink:href"}
"""Attributes whose addresses a browser fetches or leads to without being asked to follow a link."""
OWN_PAGES = ("reference", "benchmarks.md", "changelog.md")
"""What no run of the generator writes."""
SHOWING = frozenset(
    {
        "a",
        "article",
        "button",
        "code",
        "div",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "hr",
        "input",
        "label",
        "li",
        "nav",
        "ol",
    }
    | {
        "p",
        "path",
        "pre",
        "span",
        "strong",
        "svg",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    }
)
"""Elements that only show something."""
EVIL = REPOSITORY / "tests/golden/cases/hostile/pages"


@pytest.fixture(scope="module")
def site(built_site: Path) -> Path:
    return built_site


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site of the models whose pages try to break out."""
    root = tmp_path_factory.mktemp("hostile")
    shutil.copytree(EVIL, root / "specs/pages")
    assert run_regenerate(root / "specs", Output(root / "generated"), Mode.WRITE, Reporter()) == 0
    for name in OWN_PAGES:
        copy = shutil.copytree if (DOCS / name).is_dir() else shutil.copy
        copy(DOCS / name, root / "generated/docs" / name)
    shutil.copy(REPOSITORY / "mkdocs.yml", root)
    return build_site(root)


def soup_of(page: Path) -> BeautifulSoup:
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")


def elements(part: Tag) -> Iterator[Tag]:
    return iter(part.find_all(True))


def anchors(page: Path) -> set[str]:
    return {
        str(tag[key])
        for tag in elements(soup_of(page))
        for key in ("id", "name")
        if key in tag.attrs
    }


def test_every_link_and_anchor_of_the_site_leads_somewhere(site: Path) -> None:
    known = {page: anchors(page) for page in site.rglob("*.html")}
    broken: list[str] = []
    for page in known:
        for tag in elements(soup_of(page)):
            for key in ("href", "src"):
                address = urlsplit(str(tag.get(key, "")))
                inside = (
                    not address.scheme and not address.netloc and (address.path or address.fragment)
                )
                if not inside or page.name == "404.html":
                    continue
                target = (page.parent / unquote(address.path)).resolve() if address.path else page
                target = target / "index.html" if target.is_dir() else target
                wanted = unquote(address.fragment)
                if not target.is_file() or (wanted and wanted not in known.get(target, {wanted})):
                    broken.append(f"{page.relative_to(site)}: {tag[key]}")
    assert not broken, "\n".join(broken)
    assert len(known) > 30


def test_no_page_fetches_anything_from_another_host(site: Path) -> None:
    for page in site.rglob("*.html"):
        for tag in elements(soup_of(page)):
            fetched = [
                name
                for name in tag.attrs
                if name in FETCHED or (name == "href" and tag.name == "link")
            ]
            for key in fetched:
                address = urlsplit(str(tag[key]))
                own = f"{address.scheme}://{address.netloc}/" == "https://docs.example.com/"
                assert own or not (address.scheme or address.netloc), f"{page}: {tag}"
        assert not soup_of(page).select(".mermaid, .arithmatex"), "scripts would be fetched for it"
    for sheet in [*site.rglob("*.css"), *site.rglob("*.svg")]:
        text = sheet.read_text(encoding="utf-8")
        assert not re.findall(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//", text), sheet


def test_every_page_has_its_markdown_beside_it_and_stands_in_the_sitemap(site: Path) -> None:
    listed = set(re.findall(r"<loc>(.*?)</loc>", (site / "sitemap.xml").read_text("utf-8")))
    pages = {page.relative_to(site) for page in site.rglob("*.html")} - {Path("404.html")}
    assert listed == {f"{SITE_URL}{page.as_posix()}" for page in pages}
    for page in pages:
        twin = (site / page).with_suffix(".md").read_text(encoding="utf-8")
        assert twin.startswith("# "), page


def test_the_texts_for_language_models_lead_to_pages_of_the_site(site: Path) -> None:
    for name in ("llms.txt", "llms-full.txt"):
        text = re.sub(r"^```.*?^```", "", (site / name).read_text("utf-8"), flags=re.M | re.S)
        links = [link for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
        assert all((site / link.partition("#")[0]).is_file() for link in links), name
        assert any(link.startswith("guides/") for link in links), name
    assert json.loads((site / "openapi.json").read_text("utf-8"))["openapi"].startswith("3.1")


def test_search_knows_the_pages(site: Path) -> None:
    index = json.loads((site / "search.json").read_text(encoding="utf-8"))
    found = {item["location"].partition("#")[0] for item in index["items"]}
    assert {"guides/waiting.html", "models/stepfun_ai/stepx_edit2.html"} <= found


@pytest.mark.parametrize("page", [REPOSITORY / "README.md", *sorted(DOCS.rglob("*.md"))], ids=str)
def test_links_of_the_markdown_lead_to_files(page: Path) -> None:
    for link in re.findall(r"(?<!\\)\]\(([^)\s]+)\)", prose(page)):
        address = urlsplit(str(link))
        if address.scheme in ("http", "https"):
            continue
        assert not address.scheme, f"{page}: {link}"
        assert (page.parent / unquote(address.path)).exists() or not address.path, f"{page}: {link}"


def test_text_of_hostile_pages_makes_no_elements(hostile_site: Path) -> None:
    pages = list((hostile_site / "models").rglob("*.html"))
    assert any("alert(1)" in page.read_text(encoding="utf-8") for page in pages)
    allowed = SHOWING
    for page in [*pages, hostile_site / "normalization.html"]:
        article = soup_of(page).find("article")
        assert isinstance(article, Tag)
        for tag in elements(article):
            assert tag.name in allowed, f"{page}: {tag}"
            assert not [name for name in tag.attrs if name.startswith("on") or name == "style"], tag
            address = urlsplit(str(tag.get("href", "")))
            assert not address.scheme and not address.netloc, f"{page}: {tag}"  # noqa: PT018


def test_text_of_hostile_pages_stays_out_of_the_head(hostile_site: Path) -> None:
    plain = {str(s) for s in soup_of(hostile_site / "guides/faq.html").find_all("script")}
    for page in (hostile_site / "models").rglob("*.html"):
        soup = soup_of(page)
        scripts = {re.sub(r"\.\./", "", str(s)) for s in soup.find_all("script")}
        assert len(scripts) == len(plain), page
        assert not any("alert(1)" in script for script in scripts)
