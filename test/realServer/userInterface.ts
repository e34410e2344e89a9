import type { AxiosInstance } from 'axios';
import { httpClient } from '../support/httpClient';
import type { RealServer } from './server';

interface Created {
	readonly id: string;
	readonly labelConfigurationId: string;
}

export interface ListedTask {
	readonly taskId: string;
	readonly mediaId: string;
	readonly mediaName: string;
	readonly labelTaskState: string;
	readonly reviewComment?: string | null;
}

/** What the pages of DataGym's user interface ask of their server: what a person needs to begin (docs/contract.md#open-core-ui-api). */
export class UserInterfaceApi {
	private readonly client: AxiosInstance;
	private readonly owner: string;

	constructor({ url, organization }: Pick<RealServer, 'url' | 'organization'>) {
		this.client = httpClient({ baseURL: url });
		this.owner = organization;
	}

	async createProject(name: string): Promise<string> {
		return (await this.create('project', name)).id;
	}

	async projectNamed(name: string): Promise<string | undefined> {
		const { data } = await this.client.request<ReadonlyArray<Created & { name: string }>>({ url: '/api/project' });
		return data.find((project) => project.name === name)?.id;
	}

	async createDataset(name: string): Promise<string> {
		return (await this.create('dataset', name)).id;
	}

	async connect(projectId: string, datasetId: string): Promise<void> {
		await this.client.request({ method: 'POST', url: `/api/project/${projectId}/dataset/${datasetId}` });
	}

	/** Releases all tasks of a project to its labelers. */
	async releaseTasks(projectId: string): Promise<void> {
		const data = { projectId, datasetId: 'ALL', direction: 'WAITING' };
		await this.client.request({ method: 'PUT', url: '/api/task/moveAll', data });
	}

	async tasks(projectId: string): Promise<readonly ListedTask[]> {
		return (await this.client.request<ListedTask[]>({ url: `/api/project/${projectId}/task` })).data;
	}

	private async create(kind: 'project' | 'dataset', name: string): Promise<Created> {
		const data = { owner: this.owner, name, shortDescription: 'Made by a test' };
		return (await this.client.request<Created>({ method: 'POST', url: `/api/${kind}`, data })).data;
	}
}
