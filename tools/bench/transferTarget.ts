import { httpClient } from '@datagym/test/support/httpClient';
import { serverOfTheEnvironment } from '@datagym/test/realServer/server';
import { ask, start } from './measuring';
import type { Scene, ServerCommand, ServerReady } from './server';

/** The server that images go to or come from, in one measurement. */
export interface Target {
	readonly ready: Promise<ServerReady>;
	/** How many images the dataset has. */
	images(): Promise<number>;
	/** How many requests there were; NaN if nobody counts them. */
	requests(): Promise<number>;
	stop(): void;
}

/** The emulator, in a process of its own. */
export function emulator(scene: Scene): Target {
	const server = start('server.ts', JSON.stringify(scene));
	return {
		ready: ask<ServerReady>(server),
		images: async () => await ask<number>(server, 'images' satisfies ServerCommand),
		requests: async () => await ask<number>(server, 'requests' satisfies ServerCommand),
		stop: () => void server.kill(),
	};
}

/** The server of `DATAGYM_URL` and `DATAGYM_TOKEN`, on this machine: new datasets of its own, for uploads. */
export async function realServer(): Promise<Target> {
	const { url, token } = await serverOfTheEnvironment();
	const api = httpClient({ baseURL: `${url}/api/v1`, headers: { Authorization: `Token ${token}` } });
	const newDataset = async (what: string) => {
		const name = `${what} ${Date.now()}`;
		return (await api.post<{ id: string }>('/dataset', { name, shortDescription: 'Benchmark' })).data.id;
	};
	const [datasetId, warmUpDatasetId] = [await newDataset('Bench'), await newDataset('Warm up')];
	const ready: ServerReady = {
		url,
		token,
		datasetId,
		warmUpDatasetId,
		projectId: '',
		emptyProjectId: '',
		imageIds: [],
	};
	return {
		ready: Promise.resolve(ready),
		images: async () => (await api.get<{ media: unknown[] }>(`/dataset/${datasetId}`)).data.media.length,
		requests: async () => await Promise.resolve(NaN),
		stop: () => undefined,
	};
}
