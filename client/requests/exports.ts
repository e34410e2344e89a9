import { foldReader, listReader, type Fold } from '../answerReaders';
import { unreadable, type DataGymError } from '../errors';
import type { StreamAnswer } from '../http';
import type { Server } from '../server';
import type { ByteStream } from '../streams';
import { wireVideoTask } from '../wire/answers';

/** The labels of a project, as files. */
export class ExportRequests {
	constructor(private readonly server: Server) {}

	/** The export's bytes as they come: it is as large as the project, and the server writes it for minutes. */
	async stream(projectId: string): Promise<ByteStream> {
		const { dialect, transport } = this.server;
		return (await transport.stream(dialect.exportLabels(projectId))).stream;
	}

	/** The elements as the server wrote them; the first is the header with the classes. */
	async elements(projectId: string): Promise<readonly unknown[]> {
		const { dialect, transport } = this.server;
		return await transport.elements(
			dialect.exportLabels(projectId),
			// Read one by one by `labels/`, so that a broken one does not spoil the others.
			listReader(() => (element: unknown) => element),
		);
	}

	/** The same, of which no more is kept than the fold keeps. @param newFold makes one for each try. */
	async fold<Value>(projectId: string, newFold: () => Fold<unknown, Value>): Promise<Value> {
		const { dialect, transport } = this.server;
		return await transport.elements(
			dialect.exportLabels(projectId),
			foldReader(() => (element: unknown) => element, newFold),
		);
	}

	async bitmap(taskId: string, classKey: string): Promise<StreamAnswer> {
		const { dialect, transport } = this.server;
		return await transport.stream(dialect.exportBitmap(taskId, classKey), true);
	}

	/** The task's objects, frame by frame, as the server wrote them; without the names of classes. */
	async videoTask(taskId: string): Promise<unknown> {
		const { dialect, transport } = this.server;
		return await this.server.require('videos', transport.json(dialect.exportVideoTask(taskId), wireVideoTask));
	}

	/** The error of an export that is a list of other things than images. */
	notAnExport(projectId: string): DataGymError {
		return unreadable(this.server.dialect.exportLabels(projectId), 200, 'it is a list of something other than images');
	}

	/** The error of an export that is no list, or only half of one. */
	unreadable(projectId: string, cause: unknown): DataGymError {
		const reason = cause instanceof Error ? cause.message : 'it is not valid JSON, or was cut off';
		return unreadable(this.server.dialect.exportLabels(projectId), 200, reason, 'unknown');
	}
}
