import { TestEnvironment } from 'jest-environment-node';
import * as engine from './engine';

/**
 * Lends tests n8n's engine from outside of jest's sandbox: n8n-core imports ES modules while it runs and uses a native
 * module, neither of which works inside. It is also loaded once for all test files of a worker this way.
 *
 * A test file asks for it with a first comment of `@jest-environment ./test/support/n8n/engineEnvironment.ts`.
 */
export default class EngineEnvironment extends TestEnvironment {
	override async setup(): Promise<void> {
		await super.setup();
		this.global.n8nEngine = engine;
	}

	override async teardown(): Promise<void> {
		await engine.endLeftInstance();
		await super.teardown();
	}
}
