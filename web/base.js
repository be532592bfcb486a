// Loaded by every page: htmx and the styles. Grid and charts have scripts of their own.
import htmx from 'htmx.org';
import './base.css';
import './forms.js';

window.htmx = htmx;
