import { EmptyAnswer, notFound, ruleBroken, systemFault } from '../../errors';
import { updateConfiguration, type EntryChange } from '../../store/configurationUpdate';
import { reservedWords } from '../../store/names';
import { configurationView } from '../../store/views';
import { readEntries } from '../configuration';
import { type Answer, type Call, type Route, formEncoded, json, plain, withJson } from '../endpoint';
import { flagOf } from './flags';
import { configurationFile } from './views';

export const configurationRoutes: Route[] = [
	plain('ui', 'GET', '/api/lconfig/forbiddenKeywords', () => json(reservedWords())),
	plain('ui', 'GET', '/api/lconfig/hasConfigChanged', (call) => {
		const known = call.query.get('lastChangedConfig');
		const iterationId = call.query.get('iterationId');
		if (known === null || iterationId === null || !/^-?\d+$/.test(known)) throw new EmptyAnswer(400);
		const project = projectOfIteration(call, iterationId);
		return json({ hasLabelConfigChanged: project.configuration.changedAt > Number(known) });
	}),
	plain('ui', 'GET', '/api/lconfig/:id', (call) => json(configurationView(call.store, configurationOf(call)))),
	withJson('ui', 'PUT', '/api/lconfig/:id', readChanges, (call, changes) => {
		const changeStatus = flagOf(call.query.get('changeStatus'), true);
		const configuration = configurationOf(call);
		updateConfiguration(call.store, configuration, changes, changeStatus);
		return json(configurationView(call.store, configuration));
	}),
	withJson('ui', 'POST', '/api/lconfig/:id/import', readChanges, (call, changes) => {
		const configuration = configurationOf(call);
		if (configuration.roots.length > 0) throw ruleBroken('config_not_cleared', configuration.id);
		updateConfiguration(call.store, configuration, changes, true);
		return json(configurationView(call.store, configuration));
	}),
	plain('ui', 'GET', '/api/lconfig/:id/export', (call): Answer => {
		const configuration = configurationOf(call);
		const fileName = `${formEncoded(configuration.project.name)}_configuration.json`;
		return { kind: 'export', fileName, items: configurationFile(configuration.roots) };
	}),
];

function configurationOf(call: Call) {
	return call.store.configuration(call.param('id'));
}

export function projectOfIteration({ store }: Call, iterationId: string) {
	const project = [...store.projects.values()].find((candidate) => candidate.iterationId === iterationId);
	if (!project) throw notFound('Label Iteration', iterationId);
	return project;
}

/** The entries as the external API checks them, with their ids. */
function readChanges(body: unknown): EntryChange[] {
	const drafts = readEntries(body);
	if (drafts === null) throw systemFault();
	return drafts;
}
