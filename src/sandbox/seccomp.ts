/** A system call's numbers on x86-64 and on 64-bit ARM; -1 where it does not exist. */
type Numbers = readonly [x64: number, arm64: number]

/** Refused with EPERM: nothing that a function does needs them, and each has been a way out of a sandbox or reaches beyond it. */
const refused: Record<string, Numbers> = {
  mount: [165, 40], umount2: [166, 39], pivot_root: [155, 41], chroot: [161, 51],
  open_tree: [428, 428], move_mount: [429, 429], fsopen: [430, 430], fsconfig: [431, 431],
  fsmount: [432, 432], fspick: [433, 433], mount_setattr: [442, 442], swapon: [167, 224], swapoff: [168, 225], quotactl: [179, 60], quotactl_fd: [443, 443],
  ptrace: [101, 117], process_vm_readv: [310, 270], process_vm_writev: [311, 271], pidfd_getfd: [438, 438], kcmp: [312, 272], process_madvise: [440, 440],
  keyctl: [250, 219], add_key: [248, 217], request_key: [249, 218], bpf: [321, 280], perf_event_open: [298, 241], userfaultfd: [323, 282],
  fanotify_init: [300, 262],
  unshare: [272, 97], setns: [308, 268], name_to_handle_at: [303, 264], open_by_handle_at: [304, 265],
  kexec_load: [246, 104], kexec_file_load: [320, 294], init_module: [175, 105], finit_module: [313, 273], delete_module: [176, 106], reboot: [169, 142],
  acct: [163, 89], syslog: [103, 116], settimeofday: [164, 170], clock_settime: [227, 112], adjtimex: [159, 171], clock_adjtime: [305, 266],
  sethostname: [170, 161], setdomainname: [171, 162], lookup_dcookie: [212, 18], nfsservctl: [180, 42], iopl: [172, -1], ioperm: [173, -1],
  modify_ldt: [154, -1],
  migrate_pages: [256, 238], move_pages: [279, 239],
}
/** Answered with ENOSYS, so that programs fall back to what they did before these existed. clone3 hides its flags from a filter; clone does not. */
const absent: Record<string, Numbers> = {
  clone3: [435, 435], io_uring_setup: [425, 425], io_uring_enter: [426, 426], io_uring_register: [427, 427],
}
const clone: Numbers = [56, 220]
const socket: Numbers = [41, 198]
/** Unix, IPv4, IPv6 and netlink (the list of interfaces). Others, such as vsock, are not bound to the network namespace. */
const socketFamilies = [1, 2, 10, 16]
/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET and NEWTIME. */
const namespaceFlags = 0x7e020080

const load = 0x20
const jumpEqual = 0x15
const jumpAtLeast = 0x35
const jumpAnySet = 0x45
const answer = 0x06
const allow = 0x7fff0000
const killProcess = 0x80000000
const errno = (code: number): number => 0x00050000 | code
const permission = 1
const notImplemented = 38
const noFamily = 97

const architectures = { x64: 0xc000003e, arm64: 0xc00000b7 } as const

/** The BPF program for seccomp(2), as struct sock_filter[]; undefined on an architecture whose numbers are not known here. */
export function seccompFilter(architecture: string): Uint8Array | undefined {
  if (architecture !== 'x64' && architecture !== 'arm64') return undefined
  const column = architecture === 'x64' ? 0 : 1
  const program: [code: number, jumpTrue: number, jumpFalse: number, value: number][] = []
  const emit = (code: number, value: number, jumpTrue = 0, jumpFalse = 0): void => void program.push([code, jumpTrue, jumpFalse, value])

  emit(load, 4)
  emit(jumpEqual, architectures[architecture], 1, 0)
  emit(answer, killProcess)
  emit(load, 0)
  if (architecture === 'x64') {
    // The x32 numbers begin here; nothing that is started uses them.
    emit(jumpAtLeast, 0x40000000, 0, 1)
    emit(answer, errno(notImplemented))
  }
  for (const [numbers, code] of [[refused, permission], [absent, notImplemented]] as const) {
    for (const both of Object.values(numbers)) {
      if (both[column] < 0) continue
      emit(jumpEqual, both[column], 0, 1)
      emit(answer, errno(code))
    }
  }
  // Only the low halves of the arguments count for both: the kernel reads them as 32 bits.
  emit(jumpEqual, clone[column], 0, 4)
  emit(load, 16)
  emit(jumpAnySet, namespaceFlags, 0, 1)
  emit(answer, errno(permission))
  emit(answer, allow)
  emit(jumpEqual, socket[column], 0, 2 + socketFamilies.length)
  emit(load, 16)
  socketFamilies.forEach((family, n) => emit(jumpEqual, family, socketFamilies.length - n, 0))
  emit(answer, errno(noFamily))
  emit(answer, allow)

  const bytes = new DataView(new ArrayBuffer(program.length * 8))
  program.forEach(([code, jumpTrue, jumpFalse, value], n) => {
    bytes.setUint16(n * 8, code, true)
    bytes.setUint8(n * 8 + 2, jumpTrue)
    bytes.setUint8(n * 8 + 3, jumpFalse)
    bytes.setUint32(n * 8 + 4, value, true)
  })
  return new Uint8Array(bytes.buffer)
}
