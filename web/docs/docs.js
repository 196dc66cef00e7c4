/** Swagger UI for the service's own specification, already authorized with the key that the page was opened with. */

import { currentKey } from "/page/session.js";

const key = currentKey(); // before Swagger UI reads the address's fragment

const swagger = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  layout: "BaseLayout",
  onComplete: () => { if (key) swagger.preauthorizeApiKey("bearerAuth", key); },
  persistAuthorization: false,
  presets: [SwaggerUIBundle.presets.apis],
  showExtensions: true,
  // Swagger UI encodes every slash in a path's parameter, but below /in the path has slashes of its own.
  requestInterceptor: (request) => {
    const at = new URL(request.url, location.href);
    if (at.pathname.startsWith("/in/")) at.pathname = at.pathname.replace(/%2F/gi, "/");
    request.url = at.href;
    return request;
  },
  validatorUrl: null,
});
