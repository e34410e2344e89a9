import { unsupported, type Feature, type Generation } from './features';
import { DatasetRequests } from './requests/datasets';
import { ExportRequests } from './requests/exports';
import { ImageRequests } from './requests/images';
import { ImportRequests } from './requests/imports';
import { LabelConfigRequests } from './requests/labelConfigs';
import { LabelRequests } from './requests/labels';
import { ProjectRequests } from './requests/projects';
import { SegmentationRequests } from './requests/segmentation';
import { TaskRequests } from './requests/tasks';
import { Server } from './server';
import type { Transport } from './transport';

/**
 * One typed function for each thing that a server can be asked for. Retries, errors and the kinds of servers are not its users'
 * concern: `dialects/` maps each function to the endpoint of the server at hand.
 */
export class DataGymApi {
	readonly projects: ProjectRequests;
	readonly datasets: DatasetRequests;
	readonly images: ImageRequests;
	readonly labelConfigs: LabelConfigRequests;
	readonly tasks: TaskRequests;
	/** Labeling value by value. */
	readonly labels: LabelRequests;
	readonly imports: ImportRequests;
	readonly exports: ExportRequests;
	/** Polygons by the server's AI, where it has one. */
	readonly segmentation: SegmentationRequests;

	private constructor(private readonly server: Server) {
		this.projects = new ProjectRequests(server);
		this.datasets = new DatasetRequests(server);
		this.images = new ImageRequests(server, this.datasets);
		this.labelConfigs = new LabelConfigRequests(server);
		this.tasks = new TaskRequests(server, {
			projects: this.projects,
			images: this.images,
			datasets: this.datasets,
		});
		this.labels = new LabelRequests(server, this.tasks);
		this.imports = new ImportRequests(server);
		this.exports = new ExportRequests(server);
		this.segmentation = new SegmentationRequests(server);
	}

	/** @param generation the server's, if it is known without asking. */
	static over(transport: Transport, generation?: Generation): DataGymApi {
		return new DataGymApi(new Server(transport, generation));
	}

	/** The same, for reading what much depends on: it is given time also where it hardly ever gets better. */
	patiently(): DataGymApi {
		return this.through(this.server.transport.with({ isShared: true }));
	}

	/** The same, without a second try. */
	once(): DataGymApi {
		return this.through(this.server.transport.with({ retryFor: 0 }));
	}

	/** The same server, asked without regard to a canceled execution (see `Transport.insisting`). */
	insisting(least: number): DataGymApi {
		return this.through(this.server.transport.insisting(least));
	}

	get baseUrl(): string {
		return this.server.transport.baseUrl;
	}

	/** How many requests are worth preparing at present; it changes with what the server can take. */
	get atOnce(): number {
		return this.server.transport.atOnce;
	}

	/** Asks the server if nothing is known of it yet. */
	async generation(): Promise<Generation> {
		return await this.server.generation();
	}

	/** Asks the server who it is if nothing is known of it yet. */
	async has(feature: Feature): Promise<boolean> {
		return await this.server.has(feature);
	}

	/** For work of several requests, before the first of them. @throws DataGymError `unsupported` */
	async require(feature: Feature): Promise<void> {
		if (!(await this.has(feature))) throw unsupported(feature);
	}

	private through(transport: Transport): DataGymApi {
		return new DataGymApi(this.server.through(transport));
	}
}
