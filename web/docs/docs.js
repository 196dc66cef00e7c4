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
  tryItOutEnabled: true,
  validatorUrl: null,
});
