import type { Generation } from '@datagym/client';
import type { Engine } from '../support/n8n/engine';
import { find, type Finding, type Scenario } from './scenario';
import { cleanUp, leftovers } from './scenarios/cleanUp';
import { connection } from './scenarios/connection';
import { datasets } from './scenarios/datasets';
import { exports } from './scenarios/export';
import { images } from './scenarios/images';
import { labels } from './scenarios/labels';
import { ownApi } from './scenarios/ownApi';
import { predictions } from './scenarios/predictions';
import { projects } from './scenarios/projects';
import { services } from './scenarios/services';
import { tasks } from './scenarios/tasks';
import { trigger } from './scenarios/trigger';
import { World, type Server } from './world';

/** In this order: each builds on what those before have made; `cleanUp` comes last, whatever happens. */
const SCENARIOS: readonly Scenario[] = [
	...connection,
	...datasets,
	...images,
	...projects,
	...tasks,
	...predictions,
	...labels,
	...trigger,
	...exports,
	...services,
	...ownApi,
];

/** What was found out about a server. */
export interface Conformance {
	readonly server: Server;
	readonly generation: Generation;
	readonly findings: readonly Finding[];
	/** What the suite could not remove. */
	readonly leftovers: readonly string[];
}

/**
 * Runs all scenarios against a server, one after the other.
 *
 * @throws Error if the server cannot be reached, or the project must not be worked in.
 */
export async function examine(engine: Engine, server: Server): Promise<Conformance> {
	const world = await World.open(engine, server);
	if (server.project === undefined) await createProject(world);
	await requireEmptyProject(world);
	const generation = await world.api.generation();
	const findings: Finding[] = [];
	let isStopped = false;
	for (const scenario of SCENARIOS) {
		const finding: Finding = isStopped ? notRun(scenario) : await find(scenario, world, generation);
		isStopped ||= scenario.isEssential === true && finding.verdict === 'failed';
		findings.push(finding);
	}
	for (const scenario of cleanUp) findings.push(await find(scenario, world, generation));
	if (world.made.has('the own project')) await world.api.projects.delete(world.made.get('the own project'));
	return { server, generation, findings, leftovers: leftovers(world) };
}

function notRun({ area, title, source }: Scenario): Finding {
	return { area, title, source, verdict: 'not run', notes: [] };
}

async function createProject({ api, made }: World): Promise<void> {
	const texts = { name: `Conformance ${Date.now()}`, shortDescription: 'Can be deleted', description: '' };
	made.set('the own project', (await api.projects.create(texts, 'IMAGE')).projectId);
}

/** The suite changes the label configuration, which deletes all labels of a project. */
async function requireEmptyProject(world: World): Promise<void> {
	const { name, datasets: connected } = await world.project();
	if (connected.length === 0) return;
	throw new Error(
		`The project "${name}" has ${connected.length === 1 ? 'a dataset' : `${connected.length} datasets`}. The suite replaces the label configuration, which deletes all labels, so it works in an empty project only: make one in DataGym, and name that.`,
	);
}

/** Whether everything is as the contract says; what a server may do without is. */
export function conforms({ findings }: Conformance): boolean {
	return findings.every(({ verdict }) => verdict === 'yes' || verdict === 'no');
}
