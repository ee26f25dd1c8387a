/** The project's own files, as text. The tests run in the Workers runtime, which has no file system: Vite reads them into the bundle. */

import deployedText from '../../wrangler.toml?raw';
import localText from '../../src/local/wrangler.toml?raw';

export const DEPLOYED_CONFIG = deployedText;

export const LOCAL_CONFIG = localText;

/** Every module of the source, by its path from the project's root, with a leading slash. */
export const MODULES: Readonly<Record<string, string>> = import.meta.glob('/src/**/*.{ts,tsx}', {
  query: '?raw',
  import: 'default',
  eager: true,
});
