import { IConstruct } from 'constructs';
import { addFindingSetting } from './private/app-findings';
import { checkArguments, SCOPE, text } from '../cdk8s/call-arguments';
import { callError } from '../cdk8s/call-error';
import { codeFix, isLintCode } from '../lint/suppression';

/**
 * What `app.synth()` does with findings: things that are valid, but are probably not what you meant. Examples are a tier that selects no workload,
 * and an edge on a port that no container declares. docs/findings.md has the list: NP101 and so on.
 *
 * By default, each code is one line on stderr, with the number of its findings and the first of them.
 *
 * @example
 *
 * SynthFindings.of(this).strict().suppress('NP102', 'pods with db-client=true are frontends, too');
 */
export class SynthFindings {
  /**
   * The settings for the findings at the constructs of a scope.
   *
   * @param scope an app, a chart, or any other construct
   */
  public static of(scope: IConstruct): SynthFindings {
    checkArguments('SynthFindings.of(...)', { scope: [scope, SCOPE] });
    return new SynthFindings(scope);
  }

  private constructor(private readonly _scope: IConstruct) {}

  /**
   * Makes each finding except notes an error: `app.synth()` throws and writes nothing. Objects that the API server would refuse are errors, too.
   *
   * @returns these settings
   */
  public strict(): SynthFindings {
    addFindingSetting({ scope: this._scope, is: 'strict' });
    return this;
  }

  /**
   * Shows each finding on a line of its own.
   *
   * @returns these settings
   */
  public showDetails(): SynthFindings {
    addFindingSetting({ scope: this._scope, is: 'detailed' });
    return this;
  }

  /**
   * Writes a page about the app at each `app.synth()`, as `netpol report` does, also if a claim does not hold: who reaches whom and why, the map, what is
   * exposed, findings, and the claims of the app. It is about the whole app, whatever the scope is. The same app gives the same bytes.
   *
   * @param path the HTML file, from the working directory on; folders that do not exist are made
   * @returns these settings
   *
   * @example
   *
   * SynthFindings.of(this).report('reports/network.html');
   */
  public report(path: string): SynthFindings {
    checkArguments(`${this._scope.node.path || 'the app'}: SynthFindings.report(...)`, { path: [path, text("'report.html'")] });
    addFindingSetting({ scope: this._scope, is: { report: path } });
    return this;
  }

  /**
   * Does not show the findings of a code, also if `strict` is set.
   *
   * Throws if there is no such code, or if it belongs to no finding of `synth`; and if the reason is empty.
   *
   * @param code the code, such as 'NP102'
   * @param reason why the findings are as they should be; for those who read the program
   * @returns these settings
   */
  public suppress(code: string, reason: string): SynthFindings {
    const path = this._scope.node.path || 'the app';
    checkArguments(`${path}: SynthFindings.suppress(...)`, { code: [code, text("'NP102'")], reason: [reason, text("'these pods belong to both'")] });
    const call = `${path}: SynthFindings.suppress('${code}')`;
    if (!isLintCode(code)) {
      throw callError(call, 'synth has no finding with this code that can be suppressed', codeFix(code));
    }
    if (reason.trim() === '') { throw callError(call, 'the reason is empty', 'write why the findings are as they should be'); }
    addFindingSetting({ scope: this._scope, is: { suppressed: code } });
    return this;
  }
}
