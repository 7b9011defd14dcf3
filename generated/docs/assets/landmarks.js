/** The theme makes a navigation landmark of each code block's copy button; many of the same name only confuse. */

import { mountEach } from "./dom.js";

mountEach("nav.md-code__nav", (nav) => nav.setAttribute("role", "none"));
