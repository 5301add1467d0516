//! Reading what is not in the tree, and writing anything. Expected: no such file, out of the tree (`EPERM`), read-only.

use std::fs;

use crate::support::{gives, gives_in_all};

#[test]
fn what_is_in_the_tree_can_be_read() {
    gives_in_all(
        "
from pathlib import Path
here = Path(__file__).parent
try_('control', lambda: open(here / 'data/text.txt').read())
try_('list', lambda: sorted(os.listdir(here)))
try_('stat', lambda: os.stat(here / 'data/text.txt').st_size)
try_('around', lambda: open(here / 'data/../data/text.txt').read())
try_('absent', lambda: open(here / 'nothing.txt').read())
",
        &[
            "control: in the tree",
            "list: ['data', 'models.py']",
            "stat: 11",
            "around: in the tree",
            "absent: ENOENT",
        ],
    );
}

#[test]
fn nothing_else_can_be_read() {
    let secret = tempfile::tempdir().unwrap();
    let secret = secret.path().join("secret.txt");
    fs::write(&secret, "secret").unwrap();
    gives_in_all(
        &format!(
            "
from pathlib import Path
here = Path(__file__).parent
try_('passwd', lambda: open('/etc/passwd').read())
try_('a real file', lambda: open('{}').read())
try_('up', lambda: open('../../etc/passwd').read())
try_('up from the tree', lambda: open(here / '../../../../etc/passwd').read())
try_('proc', lambda: open('/proc/self/environ').read())
try_('control', lambda: open(here / 'data/text.txt').read())
try_('root', lambda: sorted(set(os.listdir('/')) & {{'etc', 'home', 'proc', 'usr', 'var'}}))
",
            secret.display()
        ),
        &[
            "passwd: ENOENT",
            "a real file: ENOENT",
            "up: EPERM",
            "up from the tree: EPERM",
            "proc: ENOENT",
            "root: ENOENT",
            "control: in the tree",
        ],
    );
    assert_eq!(fs::read_to_string(secret).unwrap(), "secret", "the control: it is there");
}

/// Absolute, up, trailing slashes, devices, other spellings, huge names.
#[test]
#[expect(clippy::too_many_lines, reason = "one script that runs as a whole")]
fn paths_that_try_to_lead_out() {
    gives(
        r"
from pathlib import Path
here = Path(__file__).parent
root = str(here)
try_('control: read', lambda: open(here / 'data/text.txt').read())
try_('slash after a file', lambda: os.open(root + '/data/text.txt/', os.O_RDONLY))
try_('slashes after a file', lambda: os.open(root + '/data/text.txt///', os.O_RDONLY))
try_('dot after a file', lambda: os.open(root + '/data/text.txt/.', os.O_RDONLY))
try_('up through a file', lambda: open(root + '/data/text.txt/../text.txt').read())
try_('slash after a link that is none', lambda: os.readlink(root + '/data/'))
try_('doubled slashes', lambda: open(root + '//data///text.txt').read())
try_('two slashes in front', lambda: open('//etc/passwd').read())
try_('file url', lambda: open('file:///etc/passwd').read())
try_('mixed', lambda: open(root + '/data/../../../../../../../../etc/shadow').read())
try_('up and back', lambda: open(root + '/../repo/data/text.txt').read())
try_('encoded', lambda: open(root + '/data/%2e%2e/%2e%2e/etc/passwd').read())
try_('full-width', lambda: open(root + '/\uff0e\uff0e/\uff0e\uff0e/etc/passwd').read())
try_('backslashes', lambda: open(root + '\\..\\..\\etc\\passwd').read())
try_('null byte', lambda: open(root + '/data/text.txt\0.png').read())
try_('surrogate', lambda: open(root + '/\udcff').read())
try_('not utf-8', lambda: open(b'/repo/\xff\xfe').read())
try_('long name', lambda: open(root + '/' + 'a' * 5000).read())
try_('deep path', lambda: open(root + '/data/..' * 2000 + '/data/text.txt').read())
try_('huge path', lambda: open('a' * 10_000_000).read())
try_('dev null', lambda: open('/dev/null').read())
try_('dev stdin', lambda: open('/dev/stdin').read())
try_('dev tty', lambda: open('/dev/tty').read())
try_('dev mem', lambda: open('/dev/mem').read())
try_('proc self', lambda: os.listdir('/proc/self'))
try_('proc fd', lambda: os.readlink('/proc/self/fd/0'))
try_('sys', lambda: os.listdir('/sys'))
try_('tmp', lambda: os.listdir('/tmp'))
try_('home', lambda: os.listdir(os.path.expanduser('~')))
try_('current', lambda: os.getcwd())
try_('chdir out', lambda: os.chdir('/etc'))
try_('chdir in', lambda: (os.chdir(root + '/data'), open('text.txt').read())[1])
try_('chroot', lambda: os.chroot('/'))
try_('con', lambda: open('CON').read())
try_('stream', lambda: open(root + '/data/text.txt::$DATA').read())
try_('the wheelhouse', lambda: os.listdir('/wheelhouse'))
",
        &[
            "backslashes: ENOENT",
            "chdir in: in the tree",
            "chdir out: ENOENT",
            "chroot: AttributeError",
            "con: ENOENT",
            "control: read: in the tree",
            "current: /repo",
            "deep path: ENAMETOOLONG",
            "dev mem: ENOENT",
            "dev null: ENOENT",
            "dev stdin: ENOENT",
            "dev tty: ENOENT",
            "dot after a file: ENOTDIR",
            "doubled slashes: in the tree",
            "encoded: ENOENT",
            "file url: ENOENT",
            "full-width: ENOENT",
            "home: ENOENT",
            "huge path: ENAMETOOLONG",
            "long name: ENAMETOOLONG",
            "mixed: EPERM",
            "not utf-8: EILSEQ",
            "null byte: ValueError",
            "proc fd: ENOENT",
            "proc self: ENOENT",
            "slash after a file: ENOTDIR",
            "slash after a link that is none: EINVAL",
            "slashes after a file: ENOTDIR",
            "stream: ENOENT",
            "surrogate: EILSEQ",
            "sys: ENOENT",
            "the wheelhouse: ENOENT",
            "tmp: ENOENT",
            "two slashes in front: ENOENT",
            "up and back: EPERM",
            "up through a file: ENOTDIR",
        ],
    );
}

#[test]
fn nothing_can_be_written() {
    gives_in_all(
        "
import posix
from pathlib import Path
here = Path(__file__).parent
try_('write', lambda: os.open(here / 'new.txt', os.O_WRONLY | os.O_CREAT))
try_('append', lambda: os.open(here / 'data/text.txt', os.O_WRONLY | os.O_APPEND))
try_('pretended', lambda: open(here / 'data/text.txt', 'w').write('new'))
try_('truncate', lambda: os.truncate(here / 'data/text.txt', 0))
try_('remove', lambda: os.remove(here / 'data/text.txt'))
try_('rename', lambda: os.rename(here / 'data', here / 'other'))
try_('mkdir', lambda: posix.mkdir(here / 'new'))
try_('rmdir', lambda: os.rmdir(here / 'data'))
try_('link', lambda: os.link(here / 'models.py', here / 'link'))
try_('symlink', lambda: os.symlink('/etc/passwd', here / 'link'))
try_('times', lambda: os.utime(here / 'models.py', (1, 1)))
try_('control: still', lambda: open(here / 'data/text.txt').read())
",
        &[
            "write: EROFS",
            "append: EROFS",
            "pretended: 3",
            "truncate: EROFS",
            "remove: EROFS",
            "rename: EROFS",
            "mkdir: EROFS",
            "rmdir: EROFS",
            "link: EROFS",
            "symlink: EROFS",
            "times: EROFS",
            "control: still: in the tree",
        ],
    );
}

/// Links, times, modes, and what opens for writing in passing.
#[test]
fn other_ways_to_write() {
    gives(
        r"
from pathlib import Path
import posix, shutil, tempfile
here = Path(__file__).parent
text = str(here / 'data/text.txt')
try_('chmod', lambda: os.chmod(text, 0o777))
try_('chown', lambda: os.chown(text, 0, 0))
try_('setxattr', lambda: os.setxattr(text, 'user.x', b''))
try_('mkfifo', lambda: os.mkfifo(str(here / 'fifo')))
try_('mknod', lambda: os.mknod(str(here / 'node')))
try_('replace', lambda: os.replace(text, str(here / 'other')))
try_('rename out', lambda: os.rename(text, '/tmp/other'))
try_('link out', lambda: os.link('/etc/passwd', str(here / 'passwd')))
try_('link in', lambda: os.link(text, str(here / 'again')))
try_('symlink up', lambda: os.symlink('../../etc', str(here / 'etc')))
try_('symlink absolute', lambda: os.symlink('/', str(here / 'all')))
try_('rmtree', lambda: shutil.rmtree(here / 'data'))
try_('unlink', lambda: posix.unlink(text))
try_('exclusive', lambda: os.open(text, os.O_RDONLY | os.O_CREAT | os.O_EXCL))
try_('truncate on open', lambda: os.open(text, os.O_RDONLY | os.O_TRUNC))
try_('read and write', lambda: os.open(text, os.O_RDWR))
try_('write to a reader', lambda: os.write(os.open(text, os.O_RDONLY), b'x'))
try_('ftruncate', lambda: os.ftruncate(os.open(text, os.O_RDONLY), 0))
try_('futimes', lambda: os.utime(os.open(text, os.O_RDONLY), (1, 1)))
try_('fallocate', lambda: os.posix_fallocate(os.open(text, os.O_RDONLY), 0, 10))
try_('sendfile', lambda: os.sendfile(1, os.open(text, os.O_RDONLY), 0, 2))
try_('temporary', lambda: posix.open('/tmp/x', os.O_WRONLY | os.O_CREAT))
try_('through the listing', lambda: [f.name for f in os.scandir(here)])
try_('control: still', lambda: open(text).read())
",
        &[
            "chmod: None",
            "chown: AttributeError",
            "control: still: in the tree",
            "exclusive: EEXIST",
            "fallocate: AttributeError",
            "ftruncate: EROFS",
            "futimes: EROFS",
            "link in: EROFS",
            "link out: ENOENT",
            "mkfifo: AttributeError",
            "mknod: AttributeError",
            "read and write: EROFS",
            "rename out: ENOENT",
            "replace: EROFS",
            "rmtree: EROFS",
            "sendfile: AttributeError",
            "setxattr: AttributeError",
            "symlink absolute: EROFS",
            "symlink up: EROFS",
            "temporary: ENOENT",
            "through the listing: ['data', 'models.py']",
            "truncate on open: EROFS",
            "unlink: EROFS",
            "write to a reader: EROFS",
        ],
    );
}

/// Reused, closed, made up, and the directory that every path starts from.
#[test]
#[expect(clippy::too_many_lines, reason = "one script that runs as a whole")]
fn descriptors() {
    gives(
        r"
from pathlib import Path
here = Path(__file__).parent
text = str(here / 'data/text.txt')
def reused():
    fd = os.open(text, os.O_RDONLY); os.close(fd)
    return os.read(fd, 10)
def reopened():
    fd = os.open(text, os.O_RDONLY); os.close(fd)
    other = os.open(str(here / 'models.py'), os.O_RDONLY)
    return other == fd and os.read(other, 7)
def twice():
    fd = os.open(text, os.O_RDONLY); os.close(fd); os.close(fd)
def preopened(number):
    return sorted(os.listdir(number))
try_('control: a descriptor', lambda: os.read(os.open(text, os.O_RDONLY), 2))
try_('closed', reused)
try_('number given again', reopened)
try_('closed twice', twice)
try_('negative', lambda: os.read(-1, 1))
try_('huge number', lambda: os.read(2**31 - 1, 1))
try_('beyond', lambda: os.read(2**63, 1))
for number in range(0, 4):
    try_(f'size of {number}', lambda: os.fstat(number).st_size)
    try_(f'read of {number}', lambda: os.read(number, 10))
    try_(f'write to {number}', lambda: os.write(number, b''))
try_('list of 3', lambda: preopened(3))
try_('from 3 up', lambda: os.open('../etc/passwd', os.O_RDONLY, dir_fd=3))
try_('from 3 absolute', lambda: os.open('/etc/passwd', os.O_RDONLY, dir_fd=3))
try_('from a file', lambda: os.open('x', os.O_RDONLY, dir_fd=os.open(text, os.O_RDONLY)))
try_('dup', lambda: os.dup(0))
try_('dup2', lambda: os.dup2(3, 0))
try_('seek before', lambda: os.lseek(os.open(text, os.O_RDONLY), -1, os.SEEK_SET))
try_('seek far', lambda: (lambda fd: (os.lseek(fd, 2**62, os.SEEK_SET) == 2**62, os.read(fd, 10)))(os.open(text, os.O_RDONLY)))
try_('read far', lambda: os.pread(os.open(text, os.O_RDONLY), 10, 2**62))
try_('read much', lambda: os.pread(os.open(text, os.O_RDONLY), 2**30, 0))
try_('isatty', lambda: [os.isatty(n) for n in range(3)])
",
        &[
            "beyond: OverflowError",
            "closed twice: EBADF",
            "closed: EBADF",
            "control: a descriptor: b'in'",
            "dup2: AttributeError",
            "dup: ENOTSUP",
            "from 3 absolute: ENOENT",
            "from 3 up: EPERM",
            "from a file: ENOTDIR",
            "huge number: EBADF",
            "isatty: [False, False, False]",
            "list of 3: TypeError",
            "negative: EBADF",
            "number given again: b'\\nimport'",
            "read far: b''",
            "read much: MemoryError",
            "read of 0: b''",
            "read of 1: ENOTSUP",
            "read of 2: ENOTSUP",
            "read of 3: EISDIR",
            "seek before: EINVAL",
            "seek far: (True, b'')",
            "size of 0: 0",
            "size of 1: 0",
            "size of 2: 0",
            "size of 3: 0",
            "write to 0: ENOTSUP",
            "write to 1: 0",
            "write to 2: 0",
            "write to 3: EROFS",
        ],
    );
}
