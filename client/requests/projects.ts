import { bySchema, listReader } from '../answerReaders';
import type { ProjectTexts } from '../dialects/dialect';
import { refused } from '../errors';
import { needed } from '../features';
import { IDEMPOTENT, unlessDoneBefore } from '../idempotency';
import { asAlreadyExists, findCreatedProject } from '../lookUp';
import type { Server } from '../server';
import { wireNothing } from '../wire/answers';
import { wireProject, wireProjectCounts, type Project, type ProjectCounts } from '../wire/project';

export class ProjectRequests {
	constructor(private readonly server: Server) {}

	async list(): Promise<readonly Project[]> {
		return await this.server.transport.elements(
			this.server.dialect.listProjects(),
			listReader(() => bySchema(wireProject)),
		);
	}

	/** @throws DataGymError `ex_notfound`, made here where the server has no request for one project. */
	async get(projectId: string): Promise<Project> {
		const { dialect, transport } = this.server;
		if (dialect.getProject !== undefined) return await transport.json(dialect.getProject(projectId), wireProject);
		const project = (await this.list()).find((candidate) => candidate.projectId === projectId);
		if (project !== undefined) return project;
		throw refused(dialect.listProjects(), 404, { key: 'ex_notfound', params: ['Project', 'id', projectId] });
	}

	/** @param mediaType IMAGE or VIDEO. @throws DataGymError `ex_alreadyexists` */
	async create(texts: ProjectTexts, mediaType: string): Promise<Project> {
		const { dialect, transport } = this.server;
		const request = needed(dialect.createProject, 'projectChanges')(await this.server.ownerOfNew(), texts, mediaType);
		const created = transport.json(request, wireProject, {
			kind: 'lookUpFirst',
			find: async (startedAt) => findCreatedProject(await this.list(), texts.name, startedAt()),
		});
		return await created.catch((error: unknown) => {
			throw asAlreadyExists(error, 'Project', texts.name);
		});
	}

	/** Replaces all of the texts. @throws DataGymError `ex_alreadyexists` */
	async update(projectId: string, texts: ProjectTexts): Promise<Project> {
		const { dialect, transport } = this.server;
		const request = needed(dialect.updateProject, 'projectChanges')(projectId, texts);
		const updated = transport.json(request, wireProject, IDEMPOTENT);
		return await updated.catch((error: unknown) => {
			throw asAlreadyExists(error, 'Project', texts.name);
		});
	}

	/** With its tasks and labels. Doing it twice is as doing it once. */
	async delete(projectId: string): Promise<void> {
		const { dialect, transport } = this.server;
		const request = needed(dialect.deleteProject, 'projectChanges')(projectId);
		await transport.json(request, wireNothing, IDEMPOTENT);
	}

	/**
	 * How many tasks are in which state, in one small answer.
	 *
	 * @throws DataGymError `ex_notfound`, made here for a deleted project, which the server counts as if it were there.
	 */
	async counts(projectId: string): Promise<ProjectCounts> {
		const { dialect, transport } = this.server;
		const request = needed(dialect.projectCounts, 'taskCounts')(projectId);
		const { counts, isDeleted } = await transport.json(request, wireProjectCounts);
		if (isDeleted) throw refused(request, 404, { key: 'ex_notfound', params: ['Project', 'id', projectId] });
		return counts;
	}

	async connect(projectId: string, datasetId: string): Promise<void> {
		const { dialect, transport } = this.server;
		const request = dialect.connectDataset(projectId, datasetId);
		await unlessDoneBefore(['ex_already_contains'], transport.json(request, wireNothing, IDEMPOTENT));
	}

	async disconnect(projectId: string, datasetId: string): Promise<void> {
		const { dialect, transport } = this.server;
		const request = dialect.disconnectDataset(projectId, datasetId);
		await unlessDoneBefore(['ex_gen_does_not_contain'], transport.json(request, wireNothing, IDEMPOTENT));
	}
}
