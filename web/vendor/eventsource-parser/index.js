/*! eventsource-parser 4.1.3, MIT, see LICENSE.txt beside it */
export { ParseError } from './errors.js';
export { createParser } from './parse.js';
