// The program of launcher.ts for the two kinds of processors: each instruction's bytes, and what it is. launcher.test.ts runs it; `objdump -d` shows the same.

/** rbx is the record, r12 the child. */
export const x64 = `
; start: maps the list
  b809000000           ; mov eax,0x9
  bf00000010           ; mov edi,0x10000000
  be00000100           ; mov esi,0x10000
  ba01000000           ; mov edx,0x1
  41ba12000000         ; mov r10d,0x12
  41b809000000         ; mov r8d,0x9
  4531c9               ; xor r9d,r9d
  0f05                 ; syscall
  bb00000010           ; mov ebx,0x10000000
; next: makes the next call
  837b3803             ; cmp [rbx+0x38],0x3
  7462                 ; je wait
  488b03               ; mov rax,[rbx]
  488b7b08             ; mov rdi,[rbx+0x8]
  488b7310             ; mov rsi,[rbx+0x10]
  488b5318             ; mov rdx,[rbx+0x18]
  4c8b5320             ; mov r10,[rbx+0x20]
  4c8b4328             ; mov r8,[rbx+0x28]
  4c8b4b30             ; mov r9,[rbx+0x30]
  0f05                 ; syscall
  8b4b38               ; mov ecx,[rbx+0x38]
  4885c0               ; test rax,rax
  7813                 ; js failed
  83f902               ; cmp ecx,0x2
  7513                 ; jne follow
  4885c0               ; test rax,rax
  740e                 ; je follow
  4989c4               ; mov r12,rax
  488b5b30             ; mov rbx,[rbx+0x30]
  ebc2                 ; jmp next
; failed:
  83f901               ; cmp ecx,0x1
  7506                 ; jne say
; follow: goes on to the next record
  4883c350             ; add rbx,0x50
  ebb7                 ; jmp next
; say: says what failed, and ends with its error
  4989c5               ; mov r13,rax
  49f7dd               ; neg r13
  b801000000           ; mov eax,0x1
  bf02000000           ; mov edi,0x2
  488b7340             ; mov rsi,[rbx+0x40]
  488b5348             ; mov rdx,[rbx+0x48]
  0f05                 ; syscall
  4489ef               ; mov edi,r13d
  eb40                 ; jmp quit
; wait: waits for the child that it forked, and for all others that became its own
  b83d000000           ; mov eax,0x3d
  48c7c7ffffffff       ; mov rdi,0xffffffffffffffff
  488d7424f0           ; lea rsi,[rsp-0x10]
  31d2                 ; xor edx,edx
  4531d2               ; xor r10d,r10d
  0f05                 ; syscall
  4c39e0               ; cmp rax,r12
  740d                 ; je ended
  4883f8f6             ; cmp rax,0xfffffffffffffff6
  75dd                 ; jne wait
  bf7d000000           ; mov edi,0x7d
  eb16                 ; jmp quit
; ended: ends as its child did: with its code, or 128 and the signal
  8b4424f0             ; mov eax,[rsp-0x10]
  89c7                 ; mov edi,eax
  83e77f               ; and edi,0x7f
  7405                 ; je normal
  83ef80               ; sub edi,0xffffff80
  eb06                 ; jmp quit
; normal:
  c1e808               ; shr eax,0x8
  0fb6f8               ; movzx edi,al
; quit:
  b8e7000000           ; mov eax,0xe7
  0f05                 ; syscall
`

/** x19 is the record, w20 its kind, x21 the child. */
export const arm64 = `
; start: maps the list
  c81b80d2             ; mov x8, #0xde
  0000a2d2             ; mov x0, #0x10000000
  2100a0d2             ; mov x1, #0x10000
  220080d2             ; mov x2, #0x1
  430280d2             ; mov x3, #0x12
  240180d2             ; mov x4, #0x9
  050080d2             ; mov x5, #0x0
  010000d4             ; svc #0x0
  1300a2d2             ; mov x19, #0x10000000
; next: makes the next call
  743a40b9             ; ldr w20, [x19, #56]
  9f0e0071             ; cmp w20, #0x3
  00030054             ; b.eq wait
  680240f9             ; ldr x8, [x19]
  608640a9             ; ldp x0, x1, [x19, #8]
  628e41a9             ; ldp x2, x3, [x19, #24]
  649642a9             ; ldp x4, x5, [x19, #40]
  010000d4             ; svc #0x0
  e000f8b7             ; tbnz x0, #63, failed
  9f0a0071             ; cmp w20, #0x2
  e1000054             ; b.ne follow
  c00000b4             ; cbz x0, follow
  f50300aa             ; mov x21, x0
  731a40f9             ; ldr x19, [x19, #48]
  f2ffff17             ; b next
; failed:
  9f060071             ; cmp w20, #0x1
  61000054             ; b.ne say
; follow: goes on to the next record
  73420191             ; add x19, x19, #0x50
  eeffff17             ; b next
; say: says what failed, and ends with its error
  f50300cb             ; neg x21, x0
  080880d2             ; mov x8, #0x40
  400080d2             ; mov x0, #0x2
  610a44a9             ; ldp x1, x2, [x19, #64]
  010000d4             ; svc #0x0
  e00315aa             ; mov x0, x21
  13000014             ; b quit
; wait: waits for the child that it forked, and for all others that became its own
  882080d2             ; mov x8, #0x104
  00008092             ; mov x0, #0xffffffffffffffff
  e14300d1             ; sub x1, sp, #0x10
  020080d2             ; mov x2, #0x0
  030080d2             ; mov x3, #0x0
  010000d4             ; svc #0x0
  1f0015eb             ; cmp x0, x21
  a0000054             ; b.eq ended
  1f2800b1             ; cmn x0, #0xa
  e1feff54             ; b.ne wait
  a00f80d2             ; mov x0, #0x7d
  07000014             ; b quit
; ended: ends as its child did: with its code, or 128 and the signal
  e10f5fb8             ; ldr w1, [sp, #-16]!
  20180072             ; ands w0, w1, #0x7f
  60000054             ; b.eq normal
  00000211             ; add w0, w0, #0x80
  02000014             ; b quit
; normal:
  203c0853             ; ubfx w0, w1, #8, #8
; quit:
  c80b80d2             ; mov x8, #0x5e
  010000d4             ; svc #0x0
`
