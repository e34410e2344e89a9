import { parseArgs } from 'node:util';
import { createProject } from './setUp';
import { startLabeler } from './labeler';
import { isGenerationName } from './generations';
import { startEmulator, type Emulator } from './start';
import type { ClassDraft } from './store/seeding';

/** `npm run emulator -- --demo`: a DataGym-compatible server on this machine. Each flag may also come from the environment. */
const { values: flags } = parseArgs({
	options: {
		port: { type: 'string', default: process.env.EMULATOR_PORT ?? '8080' },
		host: { type: 'string', default: process.env.EMULATOR_HOST ?? '127.0.0.1' },
		/** `current`, `open-core` or `2020`. */
		generation: { type: 'string', default: process.env.EMULATOR_GENERATION ?? 'current' },
		folder: { type: 'string', default: process.env.EMULATOR_FOLDER },
		token: { type: 'string', default: process.env.EMULATOR_TOKEN },
		'base-path': { type: 'string', default: process.env.EMULATOR_BASE_PATH ?? '' },
		latency: { type: 'string', default: process.env.EMULATOR_LATENCY ?? '0' },
		demo: { type: 'boolean', default: process.env.EMULATOR_DEMO === '1' },
		/** Labels the demo project without end, a task every two seconds. */
		labeler: { type: 'boolean', default: process.env.EMULATOR_LABELER === '1' },
		log: { type: 'boolean', default: false },
	},
});

const DEMO_NAME = 'Demo project';
const DEMO_CLASSES: ClassDraft[] = [
	{
		entryKey: 'car',
		entryValue: 'Car',
		type: 'rectangle',
		color: '#d62728',
		shortcut: '1',
		children: [
			{
				entryKey: 'color',
				entryValue: 'Color',
				type: 'select',
				required: true,
				options: { red: 'Red', blue: 'Blue', other: 'Other' },
			},
		],
	},
	{ entryKey: 'person', entryValue: 'Person', type: 'polygon', color: '#1f77b4', shortcut: '2' },
	{ entryKey: 'weather', entryValue: 'Weather', type: 'select', options: { sun: 'Sunny', rain: 'Rainy' } },
];

async function main(): Promise<void> {
	const { generation } = flags;
	if (!isGenerationName(generation)) throw new Error(`There is no generation ${generation}.`);
	const port = Number(flags.port);
	const basePath = flags['base-path'];
	const server = await startEmulator({
		port,
		host: flags.host,
		generation,
		token: flags.token,
		dataFolder: flags.folder,
		latencyMs: Number(flags.latency),
		basePath,
		log: flags.log,
		apiUrl: port === 0 ? undefined : `http://${flags.host}:${port}${basePath}/api/v1/`,
	});
	console.info(`URL:   ${server.url}\nToken: ${server.token}`);
	if (flags.demo || flags.labeler) await demo(server, flags.labeler);
	for (const signal of ['SIGINT', 'SIGTERM'] as const)
		process.once(signal, () => void server.close().then(() => process.exit(0)));
}

/** With a folder the project may be there from the last time. */
async function demo(server: Emulator, withLabeler: boolean): Promise<void> {
	const kept = [...server.store.projects.values()].find((project) => project.name === DEMO_NAME && !project.deleted);
	const { id } = kept ?? (await createProject(server, { name: DEMO_NAME, classes: DEMO_CLASSES }));
	console.info(`${DEMO_NAME}: ${id}`);
	if (!withLabeler) return;
	const labeler = startLabeler({
		url: server.url,
		projectId: id,
		intervalMs: 2000,
		skipShare: 0.1,
		reviewShare: 0.2,
		reopenShare: 0.2,
	});
	labeler.finished.catch((error: unknown) => console.error(`The labeler stopped: ${String(error)}`));
}

main().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
