"""GET /docs: the OpenAPI page, with scripts from an installed package so that it works offline."""

from importlib.util import find_spec
from pathlib import Path

from fastapi import APIRouter
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.responses import FileResponse, HTMLResponse

_FILES = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}


def routes() -> APIRouter:
    router = APIRouter(include_in_schema=False)
    folder = _swagger_folder()

    @router.get("/docs")
    async def page() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url="openapi.json",
            title="HolidaiButler API",
            swagger_js_url="docs/swagger-ui-bundle.js",
            swagger_css_url="docs/swagger-ui.css",
            swagger_favicon_url="data:,",
        )

    for name, media_type in _FILES.items():
        file = FileResponse(folder / name, media_type=media_type)
        router.add_api_route(f"/docs/{name}", lambda file=file: file, response_model=None)

    return router


def _swagger_folder() -> Path:
    """BentoML carries the page's files; it is located here, not imported."""
    spec = find_spec("bentoml")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "_internal" / "server" / "static_content"
