import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The checkout. */
export const ROOT = resolve(__dirname, '..');
export const EXAMPLES_FOLDER = join(ROOT, 'examples');
export const PHOTOS = join(EXAMPLES_FOLDER, 'photos');
/** What the tools write for people to look at; git ignores it. */
export const OUT = join(ROOT, 'out');
/** What is installed once on a machine: n8n, Python environments, n8n's package scan. */
export const CACHE = join(homedir(), '.cache', 'n8n-nodes-datagym');
