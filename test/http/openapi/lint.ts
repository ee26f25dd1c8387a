/** Lints the API's OpenAPI document, as it is served; ends with 1 where it finds anything. It needs Node, for it compiles schemas to code. */

import { createConfig, lintFromString } from '@redocly/openapi-core';
import { apiRoutes } from '../../../src/http/api.ts';

/** What is recommended, but for these. */
const OFF = {
  // Nobody has a licence.
  'info-license': 'off',
  // What needs no token and takes nothing refuses nobody.
  'operation-4xx-response': 'off',
} as const;

const API_TOKENS = '[{"token": "any", "role": "metrics"}]';
const source = await (await apiRoutes().request('/openapi.json', {}, { API_TOKENS })).text();
const config = await createConfig({ extends: ['recommended-strict'], rules: OFF });
const problems = await lintFromString({ source, absoluteRef: '/openapi.json', config });
for (const { ruleId, message, location } of problems) console.error(`${location[0]?.pointer ?? '#'}: ${message} (${ruleId})`);
console.log(problems.length === 0 ? 'The OpenAPI document is valid' : `The OpenAPI document has ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
