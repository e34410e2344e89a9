import type { Postgres } from './postgres';
import { type Background } from '../processes';

export interface Execution {
	id: string;
	workflowId: string;
	status: string;
	/** Names of the images that its data speak of. */
	images: string[];
}

/** What n8n has written down of its executions. */
export class Executions {
	constructor(private readonly database: Postgres) {}

	/** Those of a condition. The database looks for the names, since the data of thousands are large. */
	async find(condition = 'true'): Promise<Execution[]> {
		return await this.database.rows<Execution>(
			`SELECT id::text, "workflowId", status, ARRAY(SELECT DISTINCT match[1] FROM regexp_matches(coalesce(data, ''), '\\m([pwb]\\d{4}\\.jpg)\\M', 'g') AS match) AS images
			FROM execution_entity LEFT JOIN execution_data ON "executionId" = id WHERE ${condition} ORDER BY id`,
		);
	}

	/** Those that wait or run. */
	async findUnfinished(): Promise<Execution[]> {
		return await this.find(`status IN ('new', 'running')`);
	}

	/** How many there are in each state. */
	async count(): Promise<Map<string, number>> {
		const rows = await this.database.rows<{ status: string; count: number }>(
			'SELECT status, count(*) FROM execution_entity GROUP BY status',
		);
		return new Map(rows.map(({ status, count }) => [status, Number(count)]));
	}

	async areOver(): Promise<boolean> {
		const count = await this.count();
		return !count.has('new') && !count.has('running');
	}
}

/** IDs of the executions that a worker has begun, one for each time that it did. */
export function begun(worker: Background): string[] {
	return worker.lines.flatMap((line) => /Worker started execution (\d+)/.exec(line)?.[1] ?? []);
}
