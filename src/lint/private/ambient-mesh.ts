/** The port at which connections between pods of an ambient mesh arrive, to whichever port of the pod (istio.io, "Ambient and Kubernetes NetworkPolicy"). */
export const HBONE_PORT = 15008;
