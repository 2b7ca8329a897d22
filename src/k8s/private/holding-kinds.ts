/*
 * The custom kinds that hold other objects, or lead to them, with the command that prints these. FILE is the file with the object; the user replaces it and the
 * other words in capitals. Each command is as its source documents it. The sources were read in November 2026.
 */

interface HoldingKind {
  /** The command that prints the objects. Absent if one command is not enough. The name of the object is safe in a shell. */
  readonly command?: (name: string) => string;
  /** The page that documents the command or, without one, the kind. */
  readonly source: string;
}

const INTO_NETPOL = '| netpol list -';

const HELM: HoldingKind = {
  command: name => `helm template ${name} CHART --namespace NAMESPACE --values VALUES ${INTO_NETPOL}`,
  source: 'https://helm.sh/docs/helm/helm_template/',
};

const CROSSPLANE_OBJECT: HoldingKind = {
  command: () => `yq '.spec.forProvider.manifest' FILE ${INTO_NETPOL}`,
  source: 'https://github.com/crossplane-contrib/provider-kubernetes',
};

const FLEET: HoldingKind = { source: 'https://pkg.go.dev/github.com/rancher/fleet/pkg/apis/fleet.cattle.io/v1alpha1' };

/** By group and kind. */
export const HOLDING_KINDS: ReadonlyMap<string, HoldingKind> = new Map<string, HoldingKind>([
  ['template.openshift.io/Template', {
    command: () => `oc process -f FILE ${INTO_NETPOL}`,
    source: 'https://docs.redhat.com/en/documentation/openshift_container_platform/4.6/html/images/templates-cli-generating-list-of-objects_using-templates',
  }],
  ['work.open-cluster-management.io/ManifestWork', {
    command: () => `yq '.spec.workload.manifests[] | split_doc' FILE ${INTO_NETPOL}`,
    source: 'https://mikefarah.gitbook.io/yq/operators/split-into-documents',
  }],
  ['helm.toolkit.fluxcd.io/HelmRelease', HELM],
  ['helm.cattle.io/HelmChart', HELM],
  ['helm.crossplane.io/Release', HELM],
  ['argoproj.io/Application', {
    command: name => `argocd app manifests ${name} ${INTO_NETPOL}`,
    source: 'https://argo-cd.readthedocs.io/en/latest/user-guide/commands/argocd_app_manifests/',
  }],
  // This prints Applications, of which each has its own line.
  ['argoproj.io/ApplicationSet', {
    command: () => `argocd appset generate FILE -o yaml ${INTO_NETPOL}`,
    source: 'https://argo-cd.readthedocs.io/en/latest/user-guide/commands/argocd_appset_generate/',
  }],
  ['kustomize.toolkit.fluxcd.io/Kustomization', {
    command: name => `flux build kustomization ${name} --path FOLDER --kustomization-file FILE --dry-run ${INTO_NETPOL}`,
    source: 'https://fluxcd.io/flux/cmd/flux_build_kustomization',
  }],
  ['core.oam.dev/Application', {
    command: () => `vela dry-run -f FILE ${INTO_NETPOL}`,
    source: 'https://github.com/kubevela/kubevela.github.io/blob/568bfd4346cfd51fcdaecb0dbe03be115caf3ffd/docs/cli/vela_dry-run.md',
  }],
  ['apiextensions.crossplane.io/Composition', {
    command: () => `crossplane render COMPOSITE FILE FUNCTIONS ${INTO_NETPOL}`,
    source: 'https://docs.crossplane.io/latest/cli/command-reference',
  }],
  ['kubernetes.crossplane.io/Object', CROSSPLANE_OBJECT],
  ['kubernetes.m.crossplane.io/Object', CROSSPLANE_OBJECT],
  ['fleet.cattle.io/GitRepo', FLEET],
  ['fleet.cattle.io/Bundle', FLEET],
]);
