import { connect, disconnect } from '../store/projects';
import { living, projectView } from '../store/views';
import { type Call, type Route, done, json, plain } from './endpoint';

export const projectRoutes: Route[] = [
	plain('token', 'GET', '/api/v1/project', (call) => {
		const owner = call.requireToken();
		const own = living(call.store.projects.values()).filter((project) => project.owner === owner);
		return json(
			call.store.chance.shuffled(own).map((project) => call.generation.project(projectView(call.store, project))),
		);
	}),
	plain('token', 'POST', '/api/v1/project/:projectId/dataset/:datasetId', (call) => {
		const { project, dataset } = pair(call);
		connect(call.store, project, dataset);
		return done();
	}),
	plain('token', 'DELETE', '/api/v1/project/:projectId/dataset/:datasetId/remove', (call) => {
		const { project, dataset } = pair(call);
		disconnect(call.store, project, dataset);
		return done();
	}),
];

/** Both are looked up before the owners are compared [172-176]; deleted ones still count [458, 464]. */
function pair(call: Call) {
	call.requireToken();
	const project = call.store.project(call.param('projectId'));
	const dataset = call.store.dataset(call.param('datasetId'), 'Dataset');
	call.requireOwner(project.owner);
	call.requireOwner(dataset.owner);
	return { project, dataset };
}
