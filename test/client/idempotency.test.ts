import { hasKey, refused } from '@datagym/client/errors';
import { IDEMPOTENT, NEVER_RETRY, unlessDoneBefore, withUnknownOutcome } from '@datagym/client/idempotency';

const EXCHANGE = { method: 'POST', path: 'thing' };
const error = (key: string | undefined, isRetry?: boolean) => {
	const refusal = refused(EXCHANGE, 500, key === undefined ? undefined : { key, params: [] });
	return isRetry === undefined ? refusal : refusal.with({ isRetry });
};

describe('an error after which it is unknown whether the work is done', () => {
	const { remedy } = error('ex_system').failure;

	test.each([
		['running it again does no harm, if it may be done twice', IDEMPOTENT, /does no harm\. /],
		['to look first, if it may not', NEVER_RETRY, /Check there before you run this again\. /],
		[
			'to look first, if it could not be looked for',
			{ kind: 'lookUpFirst', find: async () => undefined },
			/Check there before you run this again\. /,
		],
		['what the operation knows', { kind: 'neverRetry', advice: 'Look at the labels.' }, /^Look at the labels\. /],
	] as const)('says %s, and then what to do about its reason', (_what, idempotency, advice) => {
		const told = withUnknownOutcome(error('ex_system'), idempotency);
		expect(told.failure.remedy).toMatch(advice);
		expect(told.failure.remedy.endsWith(` ${remedy}`)).toBe(true);
		expect(told).toMatchObject({ message: error('ex_system').message, key: 'ex_system' });
	});

	test('says that it is unknown', () => {
		for (const idempotency of [IDEMPOTENT, NEVER_RETRY])
			expect(withUnknownOutcome(error('ex_system'), idempotency).failure.remedy).toMatch(
				/^DataGym may already have made the change/,
			);
	});
});

describe('work that the server refuses to do twice', () => {
	const keys = ['ex_already_contains', 'ex_alreadyexists'];

	test.each(keys)('was done by the first try if the second is refused so (%s)', async (key) => {
		await expect(unlessDoneBefore(keys, Promise.reject(error(key, true)))).resolves.toBeUndefined();
	});

	test.each([
		['the first try is refused so', error('ex_already_contains')],
		['the first try is refused so, and says that it is the first', error('ex_already_contains', false)],
		['the second is refused in other words', error('ex_limit', true)],
		['the second is refused without words', error(undefined, true)],
		[
			'it is another error',
			Object.assign(new Error('other'), { key: 'ex_already_contains', failure: { isRetry: true } }),
		],
	])('was not done if %s', async (_what, reason) => {
		await expect(unlessDoneBefore(keys, Promise.reject(reason))).rejects.toBe(reason);
		await expect(unlessDoneBefore([''], Promise.reject(error(undefined, false)))).rejects.toThrow();
	});

	test('is just done if nothing is refused', async () => {
		await expect(unlessDoneBefore(keys, Promise.resolve('value'))).resolves.toBeUndefined();
		expect(hasKey(error('ex_already_contains'), 'ex_already_contains')).toBe(true);
	});
});
