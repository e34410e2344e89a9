/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { jsonOf, openHarness } from '../support/datagym';
import { startEngine } from '../support/n8n/lentEngine';

/** The emulator has a private address, as a DataGym in one's own network has. */
async function runOn(environment: Readonly<Record<string, string>>) {
	const engine = await startEngine({ environment });
	const harness = await openHarness();
	const byName = await harness.saveCredential({ baseUrl: harness.server.url.replace('127.0.0.1', 'localhost') });
	const runs = {
		byAddress: await harness.run('project', 'getAll'),
		byName: await harness.run('project', 'getAll', {}, { credential: byName }),
		test: await harness.engine.testCredential(harness.credential),
		seen: harness.server.requests.length,
	};
	await harness.close();
	await engine.stop();
	return runs;
}

const PROTECTED = { N8N_SSRF_PROTECTION_ENABLED: 'true' };

describe("n8n's SSRF protection before a private DataGym", () => {
	test('is told with the settings that help', async () => {
		const { byAddress, byName, test, seen } = await runOn(PROTECTED);
		expect(test.message).toContain(byAddress.error?.message);
		expect(test.message).toContain('N8N_SSRF_ALLOWED_IP_RANGES');
		for (const { error } of [byAddress, byName]) {
			expect(error?.message).toContain("n8n's SSRF protection does not allow requests to this server");
			expect(error?.description).toContain('N8N_SSRF_ALLOWED_HOSTNAMES');
			expect(error?.description).toContain('N8N_SSRF_ALLOWED_IP_RANGES');
		}
		expect(seen).toBe(0);
	});

	test('lets through what its first setting names', async () => {
		const { byAddress, byName } = await runOn({ ...PROTECTED, N8N_SSRF_ALLOWED_HOSTNAMES: 'localhost' });
		expect(byAddress.error?.message).toContain('SSRF protection');
		expect(jsonOf(byName)).toHaveLength(1);
	});

	test('lets through what its second setting names', async () => {
		const { byAddress, test } = await runOn({ ...PROTECTED, N8N_SSRF_ALLOWED_IP_RANGES: '127.0.0.1/32' });
		expect(test).toMatchObject({ status: 'OK' });
		expect(jsonOf(byAddress)).toHaveLength(1);
	});

	test('is off if nobody has turned it on', async () => {
		const { byAddress } = await runOn({});
		expect(jsonOf(byAddress)).toHaveLength(1);
	});
});
