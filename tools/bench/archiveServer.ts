import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { startEmulator } from '@datagym/test/emulator/start';

/** What the server tells when it is ready. */
export interface ArchiveServer {
	readonly url: string;
	readonly token: string;
	readonly projectId: string;
}

/** A server of its own process, all of whose images are one JPEG of about 105 kB, so that it needs no memory for them. */
async function main(count: number): Promise<void> {
	const noise = { raw: { width: 640, height: 480, channels: 3 as const } };
	const photo = await sharp(randomBytes(640 * 480 * 3), noise)
		.jpeg({ quality: 75 })
		.toBuffer();
	const known = new Set<string>();
	const isKnown = (path: string) => known.has(path.split('/').pop() ?? '');
	const server = await startEmulator({
		dummyProject: false,
		onRequest: ({ method, path }) =>
			method === 'GET' && isKnown(path)
				? {
						status: 200,
						body: photo,
						headers: { 'Content-Type': 'image/jpeg', 'Content-Length': String(photo.length) },
					}
				: undefined,
	});
	const { project, dataset } = server.seed.project({
		name: 'Bench',
		classes: [{ entryKey: 'car', type: 'rectangle' }],
		datasetName: 'Bench images',
	});
	const labels = () => ({ labels: { car: [{ rectangle: [{ x: 10, y: 20, w: 30, h: 40 }], classifications: {} }] } });
	for (const { medium } of server.seed.tasks(project, dataset!, { count, state: 'COMPLETED', labels }))
		known.add(medium.id);
	process.on('disconnect', () => process.exit());
	process.send?.({ url: server.url, token: server.token, projectId: project.id } satisfies ArchiveServer);
}

void main(Number(process.argv[2]));
