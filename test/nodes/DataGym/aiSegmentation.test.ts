/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { RequestHook } from '../../emulator/http/observation';
import { byId, jsonOf, openHarness, requestsDuring, type Harness } from '../../support/datagym';

let harness: Harness;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterEach(() => harness.server.onRequest(undefined));
afterAll(async () => await harness.close());

const fields = {
	imageId: byId('image-1'),
	positivePoints: '[{"x": 12.5, "y": 8}]',
	negativePoints: '[[1, 2]]',
	numPoints: 4,
};
const OUTLINE = [
	{ x: 1, y: 1 },
	{ x: 9.5, y: 1 },
	{ x: 9.5, y: 9 },
	{ x: 1, y: 9 },
];

/** A server with an AI, which the emulator has not, as the open-source server has none. */
function withAi(failing: readonly string[] = []): string[] {
	const steps: string[] = [];
	const answer: RequestHook = ({ method, path }) => {
		const step = /\/aiseg\/(?:image-1\/)?(\w+)$/.exec(path)?.[1];
		if (step === undefined) return undefined;
		steps.push(`${method} ${step}`);
		if (failing.includes(step)) return { status: 500, body: '{"key":"ex_system","params":[]}' };
		return { status: 200, body: step === 'calculate' ? JSON.stringify({ imageId: 'image-1', result: OUTLINE }) : '' };
	};
	harness.server.onRequest(answer);
	return steps;
}

describe('AI Segmentation: Segment', () => {
	test('prepares, calculates and finishes, and gives the outline as Label: Create takes it', async () => {
		const steps = withAi();
		expect(jsonOf(await harness.run('aiSegmentation', 'segment', fields))).toEqual([
			{ imageId: 'image-1', geometry: OUTLINE, pointCount: 4 },
		]);
		expect(steps).toEqual(['POST prepare', 'POST calculate', 'DELETE finish']);
	});

	test('finishes also when the calculation fails', async () => {
		const steps = withAi(['calculate']);
		expect((await harness.run('aiSegmentation', 'segment', fields)).error?.message).toContain(
			'failed without giving a reason',
		);
		expect(steps).toEqual(['POST prepare', 'POST calculate', 'DELETE finish']);
	});

	test('keeps the outline when only finishing fails, and says so', async () => {
		withAi(['finish']);
		expect(jsonOf(await harness.run('aiSegmentation', 'segment', fields))).toMatchObject([
			{ pointCount: 4, warnings: [expect.stringContaining('could not be released')] },
		]);
	});

	test('asks for nothing when there is no point', async () => {
		const steps = withAi();
		expect((await harness.run('aiSegmentation', 'segment', { ...fields, positivePoints: '[]' })).error?.message).toBe(
			'"Points on the Object" is empty',
		);
		expect(
			(await harness.run('aiSegmentation', 'segment', { ...fields, negativePoints: '[{"x": "a"}]' })).error?.message,
		).toContain('Point 1 of "Points Outside the Object"');
		expect(steps).toEqual([]);
	});
});

test.each(['prepare', 'calculate', 'finish'])(
	'AI Segmentation: the single step %s can be done alone',
	async (operation) => {
		const steps = withAi();
		const [item] = jsonOf(await harness.run('aiSegmentation', operation, fields));
		expect(item).toMatchObject({ imageId: 'image-1' });
		expect(steps).toEqual([`${operation === 'finish' ? 'DELETE' : 'POST'} ${operation}`]);
	},
);

test.each(['segment', 'prepare', 'calculate', 'finish'])(
	'AI Segmentation: %s says that an open-source server has no AI, and asks once',
	async (operation) => {
		const credential = await harness.saveCredential({ apiGeneration: 'media' });
		const requests = await requestsDuring(harness, async () => {
			const { error } = await harness.run('aiSegmentation', operation, fields, { credential });
			expect(error).toMatchObject({ message: 'This DataGym server has no AI segmentation', httpCode: '503' });
			expect(error?.description).toContain('The open-source server does not include it');
		});
		expect(requests).toHaveLength(1);
	},
);

test('AI Segmentation: a server of the API documented in 2020 has none', async () => {
	const old = await openHarness({ generation: '2020', dummyProject: false });
	const { error } = await old.run('aiSegmentation', 'segment', fields);
	await old.close();
	expect(error?.message).toBe('This DataGym server has no AI segmentation');
});
