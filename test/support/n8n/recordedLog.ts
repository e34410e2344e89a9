import { inspect } from 'node:util';
import type { LogMetadata } from 'n8n-workflow';
import { Logger } from './n8nInternals';

export interface LogLine {
	level: 'error' | 'warn' | 'info' | 'debug';
	text: string;
}

/** Lines that are kept: enough for any test, and no growing memory in a benchmark. */
const KEPT_LINES = 5_000;

/**
 * Takes the place of n8n's logger in the container: prints nothing, and keeps what n8n would have printed at its most
 * talkative level, metadata and nested errors included, so that a test can search it for secrets.
 */
export class RecordedLog extends Logger {
	readonly lines: LogLine[] = [];

	/** All lines in one text. */
	get text(): string {
		return this.lines.map(({ level, text }) => `${level} ${text}`).join('\n');
	}

	override scoped(): this {
		return this;
	}

	override error(message: string, metadata?: LogMetadata): void {
		this.keep('error', message, metadata);
	}

	override warn(message: string, metadata?: LogMetadata): void {
		this.keep('warn', message, metadata);
	}

	override info(message: string, metadata?: LogMetadata): void {
		this.keep('info', message, metadata);
	}

	override debug(message: string, metadata?: LogMetadata): void {
		this.keep('debug', message, metadata);
	}

	private keep(level: LogLine['level'], message: string, metadata?: LogMetadata): void {
		const details = metadata === undefined ? '' : ` ${inspect(metadata, { depth: 10 })}`;
		this.lines.push({ level, text: message + details });
		if (this.lines.length > KEPT_LINES) this.lines.shift();
	}
}
