import { startEmulator } from './start';
import { ask } from './ask';

const URLS = Array.from({ length: 20 }, (_none, at) => `http://images.test/${String(at).padStart(2, '0')}.jpg`);

/** Answers to the same questions in a fresh server with this seed. */
async function orders(seed: number) {
	const server = await startEmulator({ seed, dummyProject: false });
	const { project, dataset } = server.seed.project({ name: 'Order', datasetName: 'Order' });
	if (!dataset) throw new Error('no dataset');
	const posted = await ask<Array<{ imageUrl: string }>>(server, 'POST', `/api/v1/media/${dataset.id}/url`, URLS);
	const media = async () =>
		(await ask<{ media: Array<{ mediaName: string }> }>(server, 'GET', `/api/v1/dataset/${dataset.id}`)).json.media.map(
			(medium) => medium.mediaName,
		);
	const tasks = await ask<Array<{ mediaName: string }>>(server, 'GET', `/api/v1/task/${project.id}/list?state=BACKLOG`);
	const seen = {
		urls: posted.json.map((link) => link.imageUrl),
		first: await media(),
		second: await media(),
		tasks: tasks.json.map((task) => task.mediaName),
	};
	await server.close();
	return seen;
}

describe('the order of lists', () => {
	it('is undefined where the real server leaves it so, and differs from call to call', async () => {
		const { urls, first, second } = await orders(1);
		expect([...urls].sort()).toEqual(URLS);
		expect(urls).not.toEqual(URLS);
		expect(first).not.toEqual(second);
		expect([...first].sort()).toEqual([...second].sort());
	});

	it('is the same again for the same seed, and another one for another', async () => {
		const once = await orders(7);
		expect(await orders(7)).toEqual(once);
		expect((await orders(8)).urls).not.toEqual(once.urls);
	});

	it('is by name for tasks', async () => {
		const { tasks } = await orders(1);
		expect(tasks).toEqual([...tasks].sort());
	});
});
