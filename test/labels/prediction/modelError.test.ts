import { modelErrorIn, reasonIn } from '@datagym/labels/prediction/modelError';

/** As the services answer; the words are theirs. */
const ERRORS: ReadonlyArray<readonly [service: string, answer: unknown, words: string]> = [
	['Hugging Face, loading', { error: 'Model is loading', estimated_time: 20.1 }, 'Model is loading'],
	[
		'Hugging Face, refusing',
		{ error: ['Error in `parameters`: too many', 'and more'], warnings: [] },
		'Error in `parameters`: too many; and more',
	],
	[
		'Google, the whole request',
		{ error: { code: 403, message: 'Cloud Vision API has not been used', status: 'PERMISSION_DENIED' } },
		'Cloud Vision API has not been used',
	],
	['Google, one image', { responses: [{ error: { code: 7, message: 'Bad image data.' } }] }, 'Bad image data.'],
	['Google through a list', [{ error: { code: 400, message: 'Invalid', errors: [] } }], 'Invalid'],
	[
		'n8n, going on after an error',
		{ error: { message: 'timeout of 300000ms exceeded', name: 'AxiosError' } },
		'timeout of 300000ms exceeded',
	],
	['an inference server', { predictions: [], error: 'CUDA out of memory' }, 'CUDA out of memory'],
	['a workflow of Roboflow', { outputs: [{ error: 'no such model' }] }, 'no such model'],
	[
		'a function of AWS',
		{ errorMessage: 'Task timed out after 3.00 seconds', errorType: 'Runtime' },
		'Task timed out after 3.00 seconds',
	],
	['a service without words', { error: { trace: 5 } }, '{"trace":5}'],
	['a service that says only that', { error: true }, 'true'],
	[
		'a page of a proxy',
		{ data: '\n<!DOCTYPE html>\n<html><head><title>502 Bad\n Gateway</title></head></html>' },
		'502 Bad Gateway',
	],
	['a page without a title', '<html><body><h1>Service</h1> <p>Unavailable</p></body></html>', 'Service Unavailable'],
	[
		'a full response of HTTP Request',
		{ body: '<html><title>Sign in</title></html>', headers: {}, statusCode: 200 },
		'Sign in',
	],
	[
		'a full response with a status',
		{ body: { message: 'Invalid API key' }, headers: {}, statusCode: 401, statusMessage: 'Unauthorized' },
		'Invalid API key',
	],
	[
		'a full response with an error, and no words',
		{ body: { id: 'abc' }, headers: {}, statusCode: 503 },
		'HTTP status 503',
	],
	['Replicate', { id: 'a', status: 'failed', output: null, error: 'CUDA out of memory' }, 'CUDA out of memory'],
	['OpenAI, refusing', { choices: [{ message: { content: null, refusal: 'I cannot help' } }] }, 'I cannot help'],
	['Gemini, blocking', { promptFeedback: { blockReason: 'SAFETY' } }, 'The prompt was blocked: SAFETY'],
	[
		'Gemini, stopping',
		{ candidates: [{ finishReason: 'RECITATION', content: {} }] },
		'The model stopped without an answer: RECITATION',
	],
	['an error as a text', '{"error": "asleep"}', 'asleep'],
];

const NO_ERRORS: ReadonlyArray<readonly [what: string, answer: unknown]> = [
	['a list', [{ label: 'car', score: 0.9 }]],
	['an empty list', []],
	['nothing', {}],
	['an error that is none', { error: null, errors: [], predictions: [] }],
	['an error that is empty', { error: '', predictions: [] }],
	['no error by a flag', { error: false, Labels: [] }],
	['a message next to predictions', { message: 'ok', predictions: [] }],
	['an answer of OpenAI', { choices: [{ message: { content: '[]', refusal: null }, finish_reason: 'stop' }] }],
	['an answer of Gemini', { candidates: [{ finishReason: 'STOP', content: { parts: [{ text: '[]' }] } }] }],
	['a full response', { body: { predictions: [] }, headers: {}, statusCode: 200 }],
	['a label file', '0 0.5 0.5 0.1 0.1'],
	['XML', '<?xml version="1.0"?><annotations/>'],
	['XML without a head', '<annotation><object/></annotation>'],
	['broken JSON', '{"error": '],
	['a number', 5],
	['null', null],
];

test.each(ERRORS)('quotes %s', (_, answer, words) => {
	expect(modelErrorIn(answer)).toBe(words);
});

test.each(NO_ERRORS)('takes %s for no error', (_, answer) => {
	expect(modelErrorIn(answer)).toBeUndefined();
});

test('quotes no more than 300 characters', () => {
	expect(modelErrorIn({ error: 'x'.repeat(5_000) })).toHaveLength(300);
});

test('finds the reason of an answer without predictions', () => {
	expect(reasonIn({ message: 'Forbidden' })).toBe('Forbidden');
	expect(reasonIn([{ detail: [{ msg: 'field required' }] }])).toBe('field required');
	expect(reasonIn({ __type: 'InvalidImageFormatException', Message: 'Invalid image' })).toBe('Invalid image');
	expect(reasonIn({ data: {} })).toBeUndefined();
	expect(reasonIn([])).toBeUndefined();
});

test('quotes something of an error of any depth', () => {
	const deep: unknown = JSON.parse(`${'[{"why":'.repeat(8_000)}1${'}]'.repeat(8_000)}`);
	expect(modelErrorIn({ error: { inner: deep } })).toContain('error');
});
